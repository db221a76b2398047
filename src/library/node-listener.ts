import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyStream } from '../transports/body-stream.ts'
import { refuse } from '../transports/http-reply.ts'
import { webRequest } from '../transports/request-info.ts'
import { isAuthority, requestTarget } from '../transports/request-target.ts'
import { writeResponse } from '../transports/web-response.ts'

/** What Express adds to a request of Node's. */
interface ExpressParts {
  /** The whole path, where `url` is only what follows the mount path. */
  originalUrl?: string
  baseUrl?: string
  /** What `express.json()` has read. */
  body?: unknown
}

/** Makes a listener for `node:http` and Express of a web-standard handler. */
export function nodeListener(handle: (request: Request, basePath?: string) => Promise<Response>) {
  return (incoming: IncomingMessage & ExpressParts, response: ServerResponse): void => {
    const left = new AbortController()
    response.once('close', () => left.abort())
    const request = requestOf(incoming, left.signal)
    if (!request) return refuse(response, 400, 'This method or address is not served')
    void handle(request, incoming.baseUrl)
      .then((answer) => writeResponse(response, answer))
      .catch(() => response.destroy())
  }
}

function requestOf(incoming: IncomingMessage & ExpressParts, signal: AbortSignal): Request | undefined {
  const { host } = incoming.headers
  const target = requestTarget(incoming.originalUrl ?? incoming.url ?? '/', host)
  if (!target || (host && !isAuthority(host))) return undefined
  try {
    return webRequest(incoming, { signal, ...bodyOf(incoming, signal) }, target.url)
  } catch {
    // Node accepts methods that a web-standard request cannot have.
    return undefined
  }
}

function bodyOf(request: IncomingMessage & ExpressParts, over: AbortSignal): RequestInit {
  if (request.method === 'GET' || request.method === 'HEAD') return {}
  if (request.body !== undefined && request.readableEnded) return { body: JSON.stringify(request.body) }
  return { body: bodyStream(request, over), duplex: 'half' }
}
