import type { ServerResponse } from 'node:http'
import { BoundedWriter } from './bounded-writer.ts'
import { bytesIfLong } from './http-reply.ts'

/** Milliseconds between comments that keep proxies from cutting an idle stream. */
const keepAliveInterval = 15_000

const open = new Set<EventStream>()
let keepAlive: NodeJS.Timeout | undefined

/** How many this process has open. */
export const openStreams = (): number => open.size

/** A response that streams server-sent events, with back-pressure and a bound on what it buffers. */
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

  /** Whether what is sent can still reach the client. */
  get open(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener)
  }

  /** Once it has ended and the system has taken over all that was sent, which says that nothing was cut off. */
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

  /** Says where the stream begins, unless a message is about to, and when to come back if it breaks. */
  prime(id: string | undefined, retry: number): void {
    const event = id === undefined ? '' : `id: ${id}\ndata: \n`
    if (this.open) this.#response.write(`retry: ${retry}\n${event}\n`)
  }

  ping(): void {
    // A client that does not read gets no comments either, or they would pile up.
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
