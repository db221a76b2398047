import type { IncomingMessage, ServerResponse } from 'node:http'
import { whileAborting } from '../../process/aborting.ts'
import type { AuthInfo } from '../../protocol/auth.ts'
import type { MessageExtra, StreamClosers } from '../../protocol/channel.ts'
import type { Exchange } from '../http/http-reply.ts'
import { WebRequest } from './web-classes.ts'
import { webHeaders } from './web-headers.ts'
import { WebIncoming } from './web-incoming.ts'
import { WebUrl } from './web-url.ts'

/** The HTTP request as both SDK majors pass it to handlers; each form is created on first access. */
export function requestInfo(
  { request, auth }: Pick<Exchange, 'request' | 'auth'>,
  closers?: StreamClosers,
): MessageExtra {
  return new RequestInfo(request, auth, closers)
}

/** A class, because creating an object literal with accessors is slower than all the rest of receiving a message. */
class RequestInfo implements MessageExtra {
  readonly authInfo?: AuthInfo
  readonly closeSSEStream?: () => void
  readonly closeStandaloneSSEStream?: () => void
  readonly #incoming: IncomingMessage
  #web: Request | undefined

  constructor(incoming: IncomingMessage, auth: AuthInfo | undefined, closers: StreamClosers | undefined) {
    this.#incoming = incoming
    if (auth) this.authInfo = auth
    if (closers?.closeSSEStream) this.closeSSEStream = closers.closeSSEStream
    if (closers?.closeStandaloneSSEStream) this.closeStandaloneSSEStream = closers.closeStandaloneSSEStream
  }

  get requestInfo(): NonNullable<MessageExtra['requestInfo']> {
    return new HeadersInfo(this.#incoming)
  }

  get request(): Request {
    this.#web ??= webRequest(this.#incoming)
    return this.#web
  }
}

/** What SDK v1 reads with every message; a shared accessor takes a quarter of the time of an own one. */
class HeadersInfo {
  readonly headers: IncomingMessage['headers']
  declare readonly url: URL
  readonly #incoming: IncomingMessage

  constructor(incoming: IncomingMessage) {
    this.headers = incoming.headers
    this.#incoming = incoming
    Object.defineProperty(this, 'url', HeadersInfo.url)
  }

  static readonly url: PropertyDescriptor = {
    get(this: HeadersInfo) {
      return urlOf(this.#incoming, this.#incoming.url)
    },
    enumerable: true,
    configurable: true,
  }
}

/** A web-standard `Request` without a body for a Node request. */
export function webRequest(request: IncomingMessage, init: RequestInit = {}, url = request.url): Request {
  return new WebRequest(urlOf(request, url), {
    method: request.method ?? 'GET',
    headers: webHeaders(request.headers),
    ...init,
  })
}

/**
 * The same with its body as a stream, for a handler that decides itself how much to read.
 * @param signal aborted when the exchange is over.
 */
export function fetchRequest(request: IncomingMessage, signal: AbortSignal): Request {
  if (request instanceof WebIncoming) return request.whole()
  if (request.method === 'GET' || request.method === 'HEAD') return webRequest(request, { signal })
  return webRequest(request, { signal, body: bodyStream(request, signal), duplex: 'half' })
}

/** Aborted when the client has disconnected or the response is complete. */
export function clientLeft(response: ServerResponse): AbortController {
  const left = new AbortController()
  if (response.destroyed) left.abort()
  else response.once('close', () => whileAborting(() => left.abort()))
  return left
}

/** Concatenated rather than resolved, so that no path can be parsed as a host. */
const urlOf = (request: IncomingMessage, url: string | undefined) =>
  new WebUrl(`${originOf(request)}${url ?? '/'}`)

const originOf = (request: IncomingMessage) =>
  request instanceof WebIncoming
    ? request.origin
    : `${isEncrypted(request) ? 'https' : 'http'}://${request.headers.host || 'localhost'}`

/** A request that a host application constructed has no socket. */
const isEncrypted = ({ socket }: { socket?: object | null }): boolean => 'encrypted' in (socket ?? {})

/**
 * The body of a request as a web-standard stream with back-pressure. The unread rest is discarded when the exchange is
 * over, so that a client that is still sending receives its response.
 * @param over aborted when the exchange is over.
 */
function bodyStream(request: IncomingMessage, over: AbortSignal): ReadableStream<Uint8Array> {
  let open: ReadableStreamDefaultController<Uint8Array> | undefined
  const discard = () => {
    open = undefined
    request.resume()
  }
  const finish = (settle: (controller: ReadableStreamDefaultController<Uint8Array>) => void) => {
    if (open) settle(open)
    open = undefined
  }
  const begin = () => {
    request.on('data', (chunk: Buffer) => {
      open?.enqueue(new Uint8Array(chunk))
      if (open && (open.desiredSize ?? 0) <= 0) request.pause()
    })
    request.once('end', () => finish((controller) => controller.close()))
    const cutOff = () => finish((controller) => controller.error(new Error('The body was cut off')))
    request.once('error', cutOff).once('close', cutOff)
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        open = controller
        over.addEventListener('abort', discard, { once: true })
      },
      pull: () => {
        if (request.listenerCount('data') === 0) begin()
        request.resume()
      },
      cancel: discard,
    },
    { highWaterMark: 0 },
  )
}
