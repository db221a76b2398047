import type { AuthInfo } from '../../protocol/auth.ts'
import type { MessageExtra } from '../../protocol/channel.ts'
import { WebRequest, WebUrl } from '../../transports/web/web-classes.ts'
import type { WireRequest } from './wire.ts'
import { authFromWire, authToWire } from './wire-auth.ts'

/** The HTTP request that a message came in, made fit for the way to another process. */
export function toWire(extra: MessageExtra | undefined): WireRequest | undefined {
  if (!extra?.requestInfo) return undefined
  const { headers, url } = extra.requestInfo
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return []
    return Array.isArray(value) ? value.map((one) => [name, one]) : [[name, value]]
  })
  const bare = { url: String(url ?? 'http://localhost/'), method: 'POST', headers: pairs }
  return { ...bare, ...authFor(extra.authInfo) }
}

export function requestToWire(request: Request, authInfo?: AuthInfo): WireRequest {
  const { url, method, headers } = request
  return { url, method, headers: [...headers], ...authFor(authInfo) }
}

const authFor = (auth: AuthInfo | undefined) => auth && { authInfo: authToWire(auth) }

/** With its body, for a route of the user's. */
export async function wholeToWire(request: Request, authInfo?: AuthInfo): Promise<WireRequest> {
  const bare = requestToWire(request, authInfo)
  return request.body ? { ...bare, body: new Uint8Array(await request.arrayBuffer()) } : bare
}

/** The same, as both SDK generations hand it to handlers. */
export function fromWire(wire: WireRequest | undefined): MessageExtra | undefined {
  if (!wire) return undefined
  return {
    requestInfo: { headers: Object.fromEntries(wire.headers), url: new WebUrl(wire.url) },
    get request() {
      return requestFromWire(wire)
    },
    ...(wire.authInfo && { authInfo: authFromWire(wire.authInfo) }),
  }
}

export function requestFromWire({ url, method, headers, body }: WireRequest, signal?: AbortSignal): Request {
  return new WebRequest(url, {
    method,
    headers,
    ...(body && { body: new Uint8Array(body) }),
    ...(signal && { signal }),
  })
}
