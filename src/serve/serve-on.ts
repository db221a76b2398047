import type { Readable, Writable } from 'node:stream'
import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { HttpParts } from './http-port.ts'
import type { Running } from './serve-options.ts'
import { serveStdio } from './serve-pipe.ts'
import { traced } from './tracing/traced.ts'

/** What a source is served with, on whichever transport. */
export interface ServeParts extends HttpParts {
  /** The streams of the client on stdio, and what its going means. */
  stdio: { input: Readable; output: Writable; onGone: () => void; onRequest?: () => void }
  /** The calls are traced where the user's code runs, and not here. */
  tracedElsewhere?: boolean
}

/**
 * Serves a source as the settings say: on stdio, or on a port.
 * @throws CliError (exit 4) when the address cannot be listened on.
 */
export async function serveOn(given: ServerSource, settings: Settings, parts: ServeParts): Promise<Running> {
  const source = parts.tracedElsewhere ? given : await traced(given, parts.log)
  if (settings.transport.value === 'stdio') {
    const [maxBody, limit] = [settings.maxBody.value, settings.drainLimit.value * 1000]
    return serveStdio(source, { ...parts.stdio, maxBody, drainLimit: limit, log: parts.log })
  }
  // Loaded for HTTP alone: a client on stdio waits for this process from its first line on.
  const { serveHttp } = await import('./http-port.ts')
  return serveHttp(source, settings, parts)
}
