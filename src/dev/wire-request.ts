import type { MessageExtra } from '../channel.ts'
import type { WireRequest } from './wire.ts'

/** The HTTP request that a message came in, made fit for the way to another process. */
export function toWire(extra: MessageExtra | undefined): WireRequest | undefined {
  if (!extra?.requestInfo) return undefined
  const { headers, url } = extra.requestInfo
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return []
    return Array.isArray(value) ? value.map((one) => [name, one]) : [[name, value]]
  })
  return { url: String(url ?? 'http://localhost/'), method: 'POST', headers: pairs, authInfo: extra.authInfo }
}

export function requestToWire(request: Request | undefined): WireRequest | undefined {
  return request && { url: request.url, method: request.method, headers: [...request.headers] }
}

/** With its body, for a route of the user's. */
export async function wholeToWire(request: Request): Promise<WireRequest> {
  const bare = { url: request.url, method: request.method, headers: [...request.headers] }
  return request.body ? { ...bare, body: new Uint8Array(await request.arrayBuffer()) } : bare
}

/** The same, as both SDK generations hand it to handlers. */
export function fromWire(wire: WireRequest | undefined): MessageExtra | undefined {
  if (!wire) return undefined
  return {
    requestInfo: { headers: Object.fromEntries(wire.headers), url: new URL(wire.url) },
    get request() {
      return requestFromWire(wire)
    },
    ...(wire.authInfo !== undefined && { authInfo: wire.authInfo }),
  }
}

export function requestFromWire({ url, method, headers, body }: WireRequest, signal?: AbortSignal): Request {
  return new Request(url, {
    method,
    headers,
    ...(body && { body: new Uint8Array(body) }),
    ...(signal && { signal }),
  })
}
