import { isRecord } from '../../protocol/jsonrpc.ts'
import { legacyVersions } from '../../protocol/protocol-versions.ts'
import type { OpenServer, ServerSource } from '../../protocol/source.ts'
import { nobody, tmcpRouter } from './tmcp-router.ts'
import { TmcpSession } from './tmcp-session.ts'
import type { TmcpServer } from './tmcp-shape.ts'

/**
 * A source that serves every session from one server of the package tmcp. Clients of the modern era are bridged, as
 * they are to servers of SDK v1, so that handlers may ask them things without being run anew.
 * @param custom what user code has given its transport for every handler.
 */
export async function tmcpSource(server: TmcpServer, custom?: unknown): Promise<ServerSource> {
  const { name, version } = await aboutTmcp(server)
  const { listeners } = tmcpRouter(server)
  return {
    name: name ?? 'server',
    version,
    counts: new Map(),
    sdk: 'v1',
    sdkCopy: undefined,
    routes: [],
    open: ({ longLived }) => Promise.resolve(openTmcp(server, longLived, custom)),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => Promise.resolve(),
  }
}

/** A conversation with a server. */
export const openTmcp = (server: TmcpServer, longLived: boolean, custom?: unknown): OpenServer =>
  new TmcpSession(tmcpRouter(server), longLived, custom)

/** How a server is called, which it tells only those who introduce themselves. */
export async function aboutTmcp(server: TmcpServer): Promise<{ name?: string; version?: string }> {
  const params = {
    protocolVersion: legacyVersions[0],
    capabilities: {},
    clientInfo: { name: 'fastmcp', version: '0.0.0' },
  }
  const answer = await server.receive({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, nobody())
  const result = isRecord(answer) ? answer.result : undefined
  const info = isRecord(result) ? result.serverInfo : undefined
  if (!isRecord(info)) return {}
  return {
    ...(typeof info.name === 'string' && { name: info.name }),
    ...(typeof info.version === 'string' && { version: info.version }),
  }
}
