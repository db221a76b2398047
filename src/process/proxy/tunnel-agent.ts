import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Agent, type RequestOptions, request as secureRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { idleConnections } from '../idle-connections.ts'
import { type NamedProxy, openLimit } from './named-proxy.ts'
import { refusingProxy, unreachedProxy } from './proxy-fault.ts'

/** Pools https connections through tunnels of a proxy, which cannot read them. */
export class TunnelAgent extends Agent {
  readonly #proxy: NamedProxy

  constructor(proxy: NamedProxy) {
    super(idleConnections)
    this.#proxy = proxy
  }

  override createConnection(
    options: RequestOptions,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host, port } = options
    tunnel(this.#proxy, `${host}:${port}`).then(
      (socket) => done?.(null, super.createConnection(Object.assign({}, options, { socket })) as Duplex),
      (error: Error) => done?.(error, undefined as unknown as Duplex),
    )
  }
}

/** Opens a tunnel through a proxy (RFC 9110, 9.3.6). @throws ProxyFault if the proxy refuses. */
async function tunnel(proxy: NamedProxy, authority: string): Promise<Duplex> {
  const { authorization } = proxy
  const headers = {
    host: authority,
    ...(authorization !== undefined && { 'proxy-authorization': authorization }),
  }
  const asked = requestTo(proxy)({
    ...proxyAddress(proxy),
    ...{ method: 'CONNECT', path: authority, headers, agent: false, timeout: openLimit },
  })
  asked.once('timeout', () => asked.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  asked.end()
  const [{ statusCode = 0 }, socket] = (await once(asked, 'connect').catch((error: unknown) => {
    throw unreachedProxy(proxy, error)
  })) as [IncomingMessage, Duplex]
  if (statusCode === 200) return socket
  socket.on('error', () => undefined).destroy()
  throw refusingProxy(proxy, statusCode)
}

/** How a proxy itself is spoken to. */
export const requestTo = ({ url }: NamedProxy) => (url.protocol === 'https:' ? secureRequest : request)

/** Where a proxy itself is, as Node's requests want it. */
export const proxyAddress = ({ url: { hostname, port, protocol } }: NamedProxy) => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port: port || (protocol === 'https:' ? 443 : 80),
})
