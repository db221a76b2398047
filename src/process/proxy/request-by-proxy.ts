import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request as secureRequest } from 'node:https'
import { codeOf } from '../../terminal/errors.ts'
import type { NamedProxy } from './named-proxy.ts'
import { refusingProxy, unreachedProxy } from './proxy-fault.ts'
import { proxyAddress, requestTo, TunnelAgent } from './tunnel-agent.ts'

/** The request options. */
export interface Asking {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly signal: AbortSignal
}

const agents = new Map<string, TunnelAgent>()

/**
 * Sends one request through a proxy, as curl does: http to the proxy itself, https through a tunnel. It follows no
 * redirects, and is only for idempotent requests. Built files include it, which would be three times as large with
 * undici's `fetch`.
 * @throws ProxyFault when it was the proxy that failed, or Node's own error.
 */
export async function requestByProxy(proxy: NamedProxy, url: URL, asking: Asking): Promise<IncomingMessage> {
  const { body, signal } = asking
  const isTunnel = url.protocol === 'https:'
  const asked = isTunnel ? throughTunnel(proxy, url, asking) : inTheClear(proxy, url, asking)
  // Errors after the start of the response are reported by the response.
  asked.on('error', () => undefined)
  asked.end(body)
  try {
    const [answer] = (await once(asked, 'response', { signal })) as [IncomingMessage]
    if (isTunnel || answer.statusCode !== 407) return answer
    answer.destroy()
    throw refusingProxy(proxy, 407)
  } catch (error) {
    // A keep-alive connection may be closed by the other side just as it is reused.
    if (asked.reusedSocket && codeOf(error) === 'ECONNRESET' && !signal.aborted)
      return requestByProxy(proxy, url, asking)
    throw isTunnel ? error : unreachedProxy(proxy, error)
  }
}

function throughTunnel(proxy: NamedProxy, url: URL, { method, headers, signal }: Asking): ClientRequest {
  const key = `${proxy.url.href} ${proxy.authorization}`
  const agent = agents.get(key) ?? new TunnelAgent(proxy)
  agents.set(key, agent)
  return secureRequest(url, { method, headers, signal, agent })
}

function inTheClear(proxy: NamedProxy, url: URL, { method, headers, signal }: Asking): ClientRequest {
  const { authorization } = proxy
  return requestTo(proxy)({
    ...proxyAddress(proxy),
    ...{ method, signal, path: url.href },
    headers: {
      ...headers,
      host: url.host,
      ...(authorization !== undefined && { 'proxy-authorization': authorization }),
    },
  })
}
