import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { MessageExtra, StreamClosers } from '../channel.ts'
import type { Exchange } from './http-reply.ts'

/** The HTTP request as both SDK generations hand it to handlers; each form is made only when it is read. */
export function requestInfo(
  { request, auth }: Pick<Exchange, 'request' | 'auth'>,
  closers?: StreamClosers,
): MessageExtra {
  let web: Request | undefined
  return {
    ...closers,
    ...(auth && { authInfo: auth }),
    requestInfo: {
      headers: request.headers,
      get url() {
        return urlOf(request)
      },
    },
    get request() {
      web ??= webRequest(request)
      return web
    },
  }
}

/** A web-standard `Request` without body for an incoming request of Node's. */
export function webRequest(request: IncomingMessage, init: RequestInit = {}, url = request.url): Request {
  return new Request(urlOf(request, url), {
    method: request.method ?? 'GET',
    headers: webHeaders(request),
    ...init,
  })
}

/** The same with its body as a stream, for a handler that decides itself how much of it to read. */
export function fetchRequest(request: IncomingMessage, signal: AbortSignal): Request {
  if (request.method === 'GET' || request.method === 'HEAD') return webRequest(request, { signal })
  const body = Readable.toWeb(request) as ReadableStream<Uint8Array>
  return webRequest(request, { signal, body, duplex: 'half' })
}

const urlOf = (request: IncomingMessage, url = request.url) =>
  new URL(url ?? '/', `http://${request.headers.host ?? 'localhost'}`)

function webHeaders(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (Array.isArray(value)) for (const one of value) headers.append(name, one)
    else if (value !== undefined) headers.set(name, value)
  }
  return headers
}
