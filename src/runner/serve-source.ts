import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { HttpFront } from '../serve/http-front.ts'
import type { ProcessOwner } from '../serve/process-owner.ts'
import type { Running } from '../serve/serve-options.ts'
import { serveStdio } from '../serve/stdio-front.ts'
import type { Output } from '../terminal/output.ts'

/** What a source is served with. */
export interface ServeParts {
  /** A port that has been bound already. */
  front: HttpFront | undefined
  owner: ProcessOwner
  output: Output
}

/** Serves a source as the settings say: on stdio, or on a port, which may have to be another one than was bound. */
export async function serveSource(
  source: ServerSource,
  settings: Settings,
  { front, owner, output }: ServeParts,
): Promise<Running> {
  const { log } = output
  if (settings.transport.value === 'stdio') {
    return serveStdio(await spoken(source, settings, log), {
      ...owner.stdio,
      maxBody: settings.maxBody.value,
      onGone: () => owner.stop({ code: 0 }),
      log,
    })
  }
  const { serveHttp } = await import('./serve-http.ts')
  return serveHttp(source, settings, front, log)
}

/** What speaks MCP on paths of its own only is asked there. */
async function spoken(source: ServerSource, settings: Settings, log: Output['log']): Promise<ServerSource> {
  if (!source.appOnly || !source.app) return source
  const [{ bridgedApp }, { openAppPort }] = await Promise.all([
    import('./app-bridge.ts'),
    import('../serve/app-port.ts'),
  ])
  const place = await openAppPort(source.app)
  return bridgedApp(source, place, { path: settings.path.value ?? '/mcp', sse: false, log })
}
