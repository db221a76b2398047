import { messageOf } from '../../terminal/errors.ts'
import { causesOf, networkFault } from '../network-fault.ts'
import type { NamedProxy } from './named-proxy.ts'

/** Why a request failed at its proxy, as one line that may be shown. */
export class ProxyFault extends Error {
  override readonly name = 'ProxyFault'
}

/** The error for a proxy that refused or broke the connection. */
export function unreachedProxy(proxy: NamedProxy, error: unknown): ProxyFault {
  if (error instanceof ProxyFault) return error
  const reason = networkFault([...causesOf(error)]) ?? messageOf(error)
  return new ProxyFault(`${nameOf(proxy)} cannot be reached: ${reason}`, { cause: error })
}

/** The error for a proxy that responded itself. */
export function refusingProxy(proxy: NamedProxy, status: number): ProxyFault {
  if (status !== 407) return new ProxyFault(`${nameOf(proxy)} responded with status ${status}`)
  const known = proxy.authorization !== undefined
  const words = known ? 'refuses the user and password of its URL' : 'asks for a user and password in its URL'
  return new ProxyFault(`407: ${nameOf(proxy)} ${words}`)
}

/** The name of a proxy in messages. */
export const nameOf = ({ variable, url }: NamedProxy): string => `the proxy in ${variable} (${url.host})`

/** Why a request did not reach its server, if it was the network or a proxy. */
export function connectionWords(error: unknown): string | undefined {
  const causes = [...causesOf(error)]
  const proxy = causes.find((cause) => cause instanceof ProxyFault)
  return proxy instanceof ProxyFault ? proxy.message : networkFault(causes)
}
