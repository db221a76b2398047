import type { Readable, Writable } from 'node:stream'
import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { HttpParts } from './http-port.ts'
import type { Running } from './serve-options.ts'
import { serveStdio } from './serve-pipe.ts'
import { traced } from './tracing/traced.ts'

/** What serving a source needs, on either transport. */
export interface ServeParts extends HttpParts {
  /** The streams of the client on stdio, and the handler for its disconnect. */
  stdio: { input: Readable; output: Writable; onGone: () => void; onRequest?: () => void }
  /** Whether calls are traced in the process where the user's code runs. */
  tracedElsewhere?: boolean
}

/**
 * Serves a source on the transport that the settings name: stdio or a port.
 * @throws CliError (exit 4) when the address cannot be listened on.
 */
export async function serveTransport(
  given: ServerSource,
  settings: Settings,
  parts: ServeParts,
): Promise<Running> {
  const source = parts.tracedElsewhere ? given : await traced(given, parts.log)
  if (settings.transport.value === 'stdio') {
    const [maxBody, limit] = [settings.maxBody.value, settings.drainLimit.value * 1000]
    return serveStdio(source, { ...parts.stdio, maxBody, drainLimit: limit, log: parts.log })
  }
  // Loaded only for HTTP: a client on stdio waits for the start of this process.
  const { serveHttp } = await import('./http-port.ts')
  return serveHttp(source, settings, parts)
}
