import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import { type ServeParts, serveOn } from '../serve/serve-on.ts'
import type { Log, Running } from '../serve/serve-options.ts'

/** Serves a source as the settings say; what speaks MCP on paths of its own only is asked there by a client on stdio. */
export async function serveSource(
  source: ServerSource,
  settings: Settings,
  parts: ServeParts,
): Promise<Running> {
  const bridged = settings.transport.value === 'stdio' && source.appOnly && source.app !== undefined
  return serveOn(bridged ? await bridge(source, settings, parts.log) : source, settings, parts)
}

async function bridge(source: ServerSource, settings: Settings, log: Log): Promise<ServerSource> {
  if (!source.app) return source
  const [{ bridgedApp }, { openAppPort }] = await Promise.all([
    import('./app-bridge.ts'),
    import('../serve/app-port.ts'),
  ])
  const place = await openAppPort(source.app)
  return bridgedApp(source, place, { path: settings.path.value ?? '/mcp', sse: false, log })
}
