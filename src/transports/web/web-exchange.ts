import type { IncomingMessage, ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { WebHeaders, WebResponse } from './web-classes.ts'
import { WebIncoming } from './web-incoming.ts'

/**
 * Answers a web-standard request by what is written for Node's, so that the clients of both kinds of host are served
 * alike. A client that leaves closes the response, whether its host says so by the signal or by the body.
 * @param answer is given a request and a response that have no connection.
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

/** Statuses whose answers have no body, of which a web-standard response may then not even have an empty one. */
const bodiless = [204, 205, 304]
/** What nobody hears: its client has left before it was answered. */
const clientClosed = 499

/**
 * A response that is written as one of Node's and becomes a web-standard one: in one piece where it is ended at once,
 * otherwise a stream that hands on what its reader asks for, so that what is written piles up here and can be bounded.
 */
class WebOutgoing extends Writable {
  readonly req: WebIncoming
  headersSent = false
  /** Some hosts close a connection whose request has not been read to its end. */
  readonly shouldKeepAlive = false
  readonly #headers = new WebHeaders()
  readonly #begun: (response: Response) => void
  #status = 200
  #streaming = false
  #body: ReadableStreamDefaultController<Uint8Array> | undefined
  /** The reader has asked for more than there was. */
  #wanted = false
  /** A piece that the reader has not asked for yet. */
  #waiting: (() => void) | undefined

  /** @param begun is called once with the response, as soon as there is one. */
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

  /** The response begins, whatever it will hold. */
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

  /** The client has gone: whoever reads the body for it is told of an end, not of a fault. */
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
