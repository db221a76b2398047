import type { Loaded } from '../loader/find-server.ts'
import {
  checkSettings,
  givenByObject,
  type Levels,
  resolveSettings,
  type Settings,
} from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { Log, Running } from '../serve/serve-options.ts'
import { type ServeParts, serveTransport } from '../serve/serve-transport.ts'

/** Options that user code passed to `run()` while it was loading, by the server they were meant for. */
export type OptionsInCode = ReadonlyMap<object, Record<string, unknown>>

/** Options that the code passed to its own `run()` have the lowest precedence above defaults. */
export function withCode(
  plan: { levels: Levels; settings: Settings },
  loaded: Loaded,
  inCode: OptionsInCode,
): Settings {
  const ownOptions = loaded.kind === 'source' ? loaded.inCode : undefined
  const options = ownOptions ?? (loaded.server && inCode.get(loaded.server))
  const code = options && givenByObject(options, 'code', 'run() in the code')
  const settings = code ? resolveSettings({ ...plan.levels, code }) : plan.settings
  checkSettings(settings)
  return settings
}

/** Serves a source according to the settings. */
export async function serveSource(
  source: ServerSource,
  settings: Settings,
  parts: ServeParts,
): Promise<Running> {
  const bridged = settings.transport.value !== 'streamable-http' && source.appOnly
  return serveTransport(bridged ? await bridge(source, settings, parts.log) : source, settings, parts)
}

/** Bridges an app that serves MCP itself to clients on stdio, and to SSE clients if it has no SSE endpoint. */
async function bridge(source: ServerSource, settings: Settings, log: Log): Promise<ServerSource> {
  if (!source.app) return source
  const [{ bridgedApp, mcpEndpointOf }, { openAppPort }] = await Promise.all([
    import('./app-bridge.ts'),
    import('../serve/app-port.ts'),
  ])
  const appPort = await openAppPort(source.app)
  const at = await mcpEndpointOf(appPort, settings.transport.value, settings.path.value)
  if (!at.sse || settings.transport.value === 'stdio') return bridgedApp(source, appPort, { ...at, log })
  appPort.close()
  return source
}
