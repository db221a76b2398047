import { Readable } from 'node:stream'
import { WebRequest } from './web-classes.ts'
import { WebUrl } from './web-url.ts'

/** A web-standard request in the shape of Node's, as far as the runner uses it. */
export class WebIncoming extends Readable {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Scheme and host as the host application sees them. */
  readonly origin: string
  url: string
  readonly #web: Request
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  constructor(web: Request) {
    super()
    const { origin, host, pathname, search } = new WebUrl(web.url)
    this.method = web.method
    this.headers = { host, ...Object.fromEntries(web.headers) }
    this.origin = origin
    this.url = pathname + search
    this.#web = web
    // As in Node, an aborted body that is not read must not raise an error.
    this.on('error', () => undefined)
  }

  /** Whether the whole body has been read. */
  get complete(): boolean {
    return this.readableEnded || this.method === 'GET' || this.method === 'HEAD'
  }

  /** Whether the host has already consumed the body. */
  get bodyTaken(): boolean {
    return this.#web.bodyUsed
  }

  /** The original request with its body, under the routed URL; the same object if the URL is unchanged. */
  whole(): Request {
    const address = this.origin + this.url
    if (new WebUrl(this.#web.url).href === address) return this.#web
    const { method, headers, body, signal } = this.#web
    return new WebRequest(address, { method, headers, signal, ...(body && { body, duplex: 'half' }) })
  }

  override _read(): void {
    this.#next().then(
      (chunk) => this.push(chunk),
      (error: Error) => this.destroy(error),
    )
  }

  // Lazy: until the first read, a user's handler may take the body.
  async #next(): Promise<Uint8Array | null> {
    this.#reader ??= this.#web.body?.getReader()
    const next = await this.#reader?.read()
    return next?.value ?? null
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    void this.#reader?.cancel().catch(() => undefined)
    done(error)
  }
}
