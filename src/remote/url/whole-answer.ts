import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { webHeaders } from '../../transports/web/web-headers.ts'

/**
 * A complete response with the used part of the `Response` interface: creating a real one, with a stream as body, takes
 * longer than the request.
 */
export class WholeAnswer implements Pick<Response, 'status' | 'statusText' | 'ok' | 'url' | 'redirected'> {
  readonly status: number
  readonly statusText: string
  readonly ok: boolean
  readonly url: string
  readonly redirected = false
  readonly #incoming: IncomingHttpHeaders
  readonly #bytes: Buffer
  #headers: Headers | undefined

  constructor({ statusCode = 0, statusMessage = '', headers }: IncomingMessage, url: URL, bytes: Buffer) {
    this.status = statusCode
    this.statusText = statusMessage
    this.ok = statusCode >= 200 && statusCode < 300
    this.url = url.href
    this.#incoming = headers
    this.#bytes = bytes
  }

  get body(): ReadableStream<Uint8Array> | null {
    return new Response(new Uint8Array(this.#bytes)).body
  }

  get headers(): Headers {
    this.#headers ??= webHeaders(this.#incoming)
    return this.#headers
  }

  /** The text, synchronously and repeatedly. */
  wholeText(): string {
    return new TextDecoder().decode(this.#bytes)
  }

  text(): Promise<string> {
    return Promise.resolve(this.wholeText())
  }

  /** Rejects with a SyntaxError for invalid JSON. */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }
}
