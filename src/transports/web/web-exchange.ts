import type { IncomingMessage, ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { WebHeaders, WebResponse } from './web-classes.ts'
import { WebIncoming } from './web-incoming.ts'

/**
 * Answers a web-standard request with a handler for Node's classes, so that both kinds of host behave the same. A
 * disconnect of the client closes the response, whether the host reports it by the signal or by the body.
 * @param answer receives a request and a response without a socket.
 */
export function answerWeb(
  web: Request,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Response> {
  return new Promise((resolve) => {
    const request = new WebIncoming(web)
    const response = new WebOutgoing(request, resolve)
    const left = () => response.leave()
    response.once('close', () => web.signal.removeEventListener('abort', left))
    web.signal.addEventListener('abort', left, { once: true })
    if (web.signal.aborted) left()
    else answer(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  })
}

type HeaderValue = string | number | readonly string[]

type Body = ConstructorParameters<typeof Response>[0]

/** Statuses without a body, for which a web-standard response must not have even an empty one. */
const bodiless = [204, 205, 304]
/** The status when the client disconnected before a response; it is never seen. */
const clientClosed = 499

/**
 * A response that is written like Node's and becomes a web-standard one: in one piece if it ends at once, otherwise a
 * pull-based stream, so that unread data is buffered here and can be limited.
 */
class WebOutgoing extends Writable {
  readonly req: WebIncoming
  headersSent = false
  /** Some hosts close a connection whose request was not read completely. */
  readonly shouldKeepAlive = false
  readonly #headers = new WebHeaders()
  readonly #begun: (response: Response) => void
  #status = 200
  #streaming = false
  #body: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Whether the reader is waiting for data. */
  #wanted = false
  /** Passes on the chunk that the reader has not pulled yet. */
  #waiting: (() => void) | undefined

  /** @param begun is called once with the response as soon as its head is known. */
  constructor(req: WebIncoming, begun: (response: Response) => void) {
    super()
    this.req = req
    this.#begun = begun
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name)
  }

  setHeader(name: string, value: HeaderValue): this {
    this.#headers.delete(name)
    return this.appendHeader(name, value)
  }

  appendHeader(name: string, value: HeaderValue): this {
    for (const one of Array.isArray(value) ? value : [value]) this.#headers.append(name, String(one))
    return this
  }

  writeHead(status: number, headers: Readonly<Record<string, HeaderValue>> = {}): this {
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value)
    this.#headers.delete('connection')
    this.#status = status
    this.headersSent = true
    return this
  }

  /** Starts the response before its body is known. */
  flushHeaders(): void {
    if (this.#streaming) return
    this.#streaming = true
    this.#begin(bodiless.includes(this.#status) ? null : this.#stream())
  }

  override end(last?: unknown): this {
    const inOnePiece = !this.#streaming && !this.destroyed
    if (inOnePiece && (last === undefined || typeof last === 'string' || last instanceof Uint8Array)) {
      this.#streaming = true
      this.#begin(bodiless.includes(this.#status) ? null : last)
      return super.end()
    }
    return super.end(last)
  }

  /** The client has disconnected: the body ends without an error. */
  leave(): void {
    this.#body?.close()
    this.#body = undefined
    this.destroy()
  }

  override _write(chunk: Uint8Array, _: unknown, done: () => void): void {
    this.flushHeaders()
    this.#waiting = () => {
      this.#body?.enqueue(chunk)
      done()
    }
    if (this.#wanted) this.#handOn()
  }

  override _final(done: () => void): void {
    this.#body?.close()
    this.#body = undefined
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#streaming) this.#begin(null, clientClosed)
    this.#streaming = true
    this.#body?.error(error ?? new Error('The response was broken off'))
    this.#body = undefined
    done(null)
  }

  #begin(body: Body, status = this.#status): void {
    this.#begun(new WebResponse(body, { status, headers: this.#headers }))
  }

  #handOn(): void {
    const handOn = this.#waiting
    this.#waiting = undefined
    this.#wanted = handOn === undefined
    handOn?.()
  }

  #stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#body = controller
        },
        pull: () => this.#handOn(),
        cancel: () => {
          this.#body = undefined
          this.destroy()
        },
      },
      { highWaterMark: 0 },
    )
  }
}
