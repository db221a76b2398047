import type { RequestId } from '../../protocol/jsonrpc.ts'
import type { EventLog, LoggedEvent } from '../../sessions/event-log.ts'
import type { EventStream } from '../http/event-stream.ts'

/** Milliseconds that a client should wait before it reopens a closed stream. */
const retryAfter = 1_000

/**
 * One stream of a session. It outlives the HTTP response that carries it: messages sent meanwhile stay in the session's
 * event log until the client resumes the stream.
 */
export class ResumableStream {
  readonly #log: EventLog
  readonly number: number
  #live: EventStream | undefined
  /** The index of the first event that was not written to any response. */
  #unwritten = 0

  /** @param request the request that it answers, if any. */
  constructor(log: EventLog, request?: RequestId) {
    this.#log = log
    this.number = log.open(request)
  }

  /**
   * Attaches a response to the stream, and writes pending events.
   * @param prime sends the start position, in case the connection breaks before the first message.
   */
  begin(live: EventStream, prime: boolean): void {
    const missed = this.#log.from(this.number, this.#unwritten)
    if (prime) live.prime(missed.length === 0 ? this.#log.mark(this.number) : undefined, retryAfter)
    this.#carry(live, missed)
  }

  /** Resumes the stream on another response, from the event `next` on. */
  resume(live: EventStream, next: number): void {
    this.#log.delivered(this.number, next)
    this.#carry(live, this.#log.from(this.number, next))
  }

  /** Whether a response is attached. */
  get carried(): boolean {
    return this.#live?.open === true
  }

  /** Sends one message; resolves when the client has room for more. */
  send(text: string): void | Promise<void> {
    const { id, index } = this.#log.append(this.number, text)
    if (this.#live?.open) return this.#live.send(text, 'message', id)
    this.#unwritten = Math.min(this.#unwritten, index)
  }

  /** Ends the response but not the stream: the client should resume it (2025-11-25, Sending 6). */
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

  /** The newest response wins: the previous one may be on a connection that broke unnoticed. */
  #carry(live: EventStream, missed: readonly LoggedEvent[]): void {
    this.#live?.end()
    this.#live = live
    this.#unwritten = Number.POSITIVE_INFINITY
    for (const { data, id } of missed) void live.send(data, 'message', id)
  }
}
