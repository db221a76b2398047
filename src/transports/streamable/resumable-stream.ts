import type { RequestId } from '../../protocol/jsonrpc.ts'
import type { EventLog, LoggedEvent } from '../../sessions/event-log.ts'
import type { EventStream } from '../http/event-stream.ts'

/** Milliseconds a client should wait before it opens a stream again that was closed under it. */
const retryAfter = 1_000

/**
 * One stream of a session. It outlives the HTTP response that carries it: what is sent while there is none is
 * kept in the session's log until the client opens the stream again.
 */
export class ResumableStream {
  readonly #log: EventLog
  readonly number: number
  #live: EventStream | undefined
  /** The first event that was never written to any response. */
  #unwritten = 0

  /** @param request the request that it answers, if it is one's. */
  constructor(log: EventLog, request?: RequestId) {
    this.#log = log
    this.number = log.open(request)
  }

  /**
   * Begins to carry the stream on a response, with what was never written to any.
   * @param prime tells the client where the stream begins, should the connection be lost before a message.
   */
  begin(live: EventStream, prime: boolean): void {
    const missed = this.#log.from(this.number, this.#unwritten)
    if (prime) live.prime(missed.length === 0 ? this.#log.mark(this.number) : undefined, retryAfter)
    this.#carry(live, missed)
  }

  /** Goes on with the stream on another response, after the event before `next`. */
  resume(live: EventStream, next: number): void {
    this.#log.delivered(this.number, next)
    this.#carry(live, this.#log.from(this.number, next))
  }

  /** Whether a response carries it. */
  get carried(): boolean {
    return this.#live?.open === true
  }

  /** Sends one message; resolves when the client has room for more. */
  send(text: string): void | Promise<void> {
    const { id, index } = this.#log.append(this.number, text)
    if (this.#live?.open) return this.#live.send(text, 'message', id)
    this.#unwritten = Math.min(this.#unwritten, index)
  }

  /** Ends the response, not the stream: the client is to come back for the rest (2025-11-25, Sending 6). */
  pause(): void {
    this.#live?.end()
    this.#live = undefined
  }

  /** Ends the stream itself. */
  end(): void {
    this.#log.end(this.number)
    this.#live?.onSent(() => this.#log.delivered(this.number))
    this.pause()
  }

  /** The newest response wins: the one before may hang on a connection that died without a word. */
  #carry(live: EventStream, missed: readonly LoggedEvent[]): void {
    this.#live?.end()
    this.#live = live
    this.#unwritten = Number.POSITIVE_INFINITY
    for (const { data, id } of missed) void live.send(data, 'message', id)
  }
}
