import type { ServerResponse } from 'node:http'
import { BoundedWriter } from './bounded-writer.ts'
import { bytesIfLong } from './http-reply.ts'

/** Milliseconds between comments, which keep proxies from closing an idle stream. */
const keepAliveInterval = 15_000

const open = new Set<EventStream>()
let keepAlive: NodeJS.Timeout | undefined

/** The number of open streams of this process. */
export const openStreams = (): number => open.size

/** A response of server-sent events, with back-pressure and a limited buffer. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #writer: BoundedWriter

  constructor(response: ServerResponse, headers: Record<string, string>, dropped: (reason: string) => void) {
    this.#response = response
    this.#writer = new BoundedWriter(response, dropped)
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...headers,
    })
    response.flushHeaders()
    if (response.destroyed) return
    open.add(this)
    keepAlive ??= setInterval(pingAll, keepAliveInterval).unref()
    response.once('close', () => this.#forget())
  }

  /** Whether events can still reach the client. */
  get open(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener)
  }

  /** Calls back once the stream has ended and everything was handed to the system, so that nothing was cut off. */
  onSent(listener: () => void): void {
    this.#response.once('finish', listener)
  }

  /** Sends one event; resolves when the client has room for more. */
  send(data: string, event = 'message', id?: string): Promise<void> | void {
    if (!this.open) return
    const head = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: `
    const body = bytesIfLong(data)
    return typeof body === 'string'
      ? this.#writer.write(`${head}${body}\n\n`)
      : this.#writer.write(head, body, '\n\n')
  }

  /** Sends the start position of the stream, unless a message follows at once, and the retry delay. */
  prime(id: string | undefined, retry: number): void {
    const event = id === undefined ? '' : `id: ${id}\ndata: \n`
    if (this.open) this.#response.write(`retry: ${retry}\n${event}\n`)
  }

  ping(): void {
    // No comments for a client that does not read, or they would pile up.
    if (!this.#response.writableNeedDrain && !this.#response.writableEnded)
      this.#response.write(': keepalive\n\n')
  }

  end(): void {
    this.#forget()
    this.#response.end()
  }

  #forget(): void {
    open.delete(this)
    if (open.size > 0) return
    clearInterval(keepAlive)
    keepAlive = undefined
  }
}

function pingAll(): void {
  for (const stream of open) stream.ping()
}
