import type { RequestId } from '../protocol/jsonrpc.ts'
import { Budget, type Holder } from './budget.ts'
import { type EventId, eventIdText, isShortId, readEventId } from './event-id.ts'

/** Limits of one session; older events are evicted. */
export const eventLimits = {
  count: 1_000,
  bytes: 1024 * 1024,
  /** The newest event is stored even if it exceeds `bytes` alone, up to this. */
  newest: 16 * 1024 * 1024,
  /** Bytes of delivered events that are retained in case a connection broke unnoticed. */
  delivered: 64 * 1024,
  /** Ended streams that are remembered. */
  ended: 32,
  /** Bytes that an event costs besides its text. */
  overhead: 200,
} as const

/** The budget of all sessions of this process. */
const shared = new Budget()

/** One event of a stream, as it goes over the wire. */
export interface LoggedEvent {
  /** Stream number and position: unique within the session (2025-11-25, Resumability). */
  readonly id: string
  readonly data: string
}

/** A position in a stream: the index of its next event. */
export interface StreamPosition {
  readonly stream: number
  readonly next: number
}

interface StoredEvent extends LoggedEvent {
  readonly stream: number
  readonly index: number
  readonly bytes: number
  delivered: boolean
}

interface Stream {
  /** The request that it answers, if any; `null` if its id is too long to store. */
  readonly request: RequestId | null | undefined
  /** The index of its next event. */
  next: number
  /** The index of its first event that is not evicted. */
  first: number
}

/**
 * The recent events of a session's streams, so that a client that lost a connection can resume (2025-11-25, Streamable
 * HTTP, Resumability and Redelivery). Bounded per session and per process: delivered events are evicted first, then old
 * ones.
 */
export class EventLog implements Holder {
  /** The sessions of one caller share a budget, if callers are authenticated. */
  owner: unknown = this
  readonly #budget: Budget
  readonly #streams = new Map<number, Stream>()
  readonly #ended: number[] = []
  #events: StoredEvent[] = []
  #bytes = 0
  /** Bytes of delivered events. */
  #delivered = 0
  #count = 0

  readonly #from: string | undefined

  /** @param from the name of this process for the ids, if another process may receive them. */
  constructor(budget = shared, from?: string) {
    this.#budget = budget
    this.#from = from
  }

  /** Starts a stream. Returns its number. */
  open(request?: RequestId): number {
    const stream = this.#count++
    // An id can be as long as a message, so long ones are not stored.
    const stored = request === undefined || isShortId(request) ? request : null
    this.#streams.set(stream, { request: stored, next: 0, first: 0 })
    return stream
  }

  /** Issues an id without an event, which marks the beginning of a stream for its client. */
  mark(stream: number): string {
    return this.#idOf(stream, this.#take(stream))
  }

  append(stream: number, data: string): LoggedEvent & { index: number } {
    const index = this.#take(stream)
    const bytes = Buffer.byteLength(data) + eventLimits.overhead
    const event = { id: this.#idOf(stream, index), data, stream, index, bytes, delivered: false }
    if (bytes > eventLimits.newest) this.#noteLoss(event)
    else this.#keep(event)
    return event
  }

  /** Ends a stream; its events can still be replayed. */
  end(stream: number): void {
    if (!this.#streams.has(stream)) return
    this.#ended.push(stream)
    const oldest = this.#ended.length > eventLimits.ended ? this.#ended.shift() : undefined
    if (oldest === undefined) return
    this.#drop((event) => event.stream === oldest)
    this.#streams.delete(oldest)
  }

  /** The client has received the events of this stream before `index`, or all of them. */
  delivered(stream: number, index = Number.POSITIVE_INFINITY): void {
    for (const event of this.#events) {
      if (event.delivered || event.stream !== stream || event.index >= index) continue
      event.delivered = true
      this.#delivered += event.bytes
    }
    while (this.#delivered > eventLimits.delivered) this.evict()
  }

  /** The stream of an event id and the position after it; `undefined` for ids that were never issued. */
  find(id: string): StreamPosition | undefined {
    const { from, stream, index } = readEventId(id) ?? { from: undefined, stream: this.#count, index: 0 }
    if (from !== this.#from || stream >= this.#count) return undefined
    const known = this.#streams.get(stream)
    if (known && index >= known.next) return undefined
    return { stream, next: index + 1 }
  }

  /** The parsed id if another process issued it; otherwise undefined. */
  ofOther(id: string): EventId | undefined {
    const read = this.#from === undefined ? undefined : readEventId(id)
    return read?.from !== undefined && read.from !== this.#from ? read : undefined
  }

  /** The events of one stream from this position on, except for evicted ones. */
  from(stream: number, index: number): LoggedEvent[] {
    return this.#events.filter((event) => event.stream === stream && event.index >= index)
  }

  /** Responses that have not been delivered to the client, as far as is known. */
  undelivered(): LoggedEvent[] {
    return this.#events.filter(
      ({ delivered, stream }) => !delivered && this.#streams.get(stream)?.request !== undefined,
    )
  }

  /**
   * Whether the end of a stream after this position has been evicted.
   * @returns the request that the stream answered, if still known, and the id of its last event.
   */
  endLostAfter(stream: number, index: number): { request: RequestId | undefined; last: string } | undefined {
    const known = this.#streams.get(stream)
    if (!known) return { request: undefined, last: '' }
    if (index >= known.next || known.first < known.next) return undefined
    return { request: known.request ?? undefined, last: this.#idOf(stream, known.next - 1) }
  }

  /** Evicts the oldest delivered event, or the oldest of all. */
  evict(): boolean {
    const at = this.#delivered > 0 ? this.#events.findIndex(({ delivered }) => delivered) : 0
    const [event] = this.#events.splice(at, 1)
    if (event) this.#forget(event)
    return event !== undefined
  }

  /** Clears everything when the session has ended. */
  clear(): void {
    this.#drop(() => true)
  }

  #keep(event: StoredEvent): void {
    const { count, bytes } = eventLimits
    const full = () => this.#events.length >= count || this.#bytes + event.bytes > bytes
    while (this.#events.length > 0 && full()) this.evict()
    this.#events.push(event)
    this.#bytes += event.bytes
    this.#budget.hold(this, event.bytes)
  }

  #drop(goes: (event: StoredEvent) => boolean): void {
    const before = this.#events
    this.#events = before.filter((event) => !goes(event))
    if (this.#events.length < before.length) for (const event of before.filter(goes)) this.#forget(event)
  }

  #forget(event: StoredEvent): void {
    this.#bytes -= event.bytes
    if (event.delivered) this.#delivered -= event.bytes
    this.#budget.release(this, event.bytes)
    this.#noteLoss(event)
  }

  #noteLoss({ stream, index }: StoredEvent): void {
    const known = this.#streams.get(stream)
    if (known) known.first = Math.max(known.first, index + 1)
  }

  #take(stream: number): number {
    const known = this.#streams.get(stream)
    return known ? known.next++ : 0
  }

  #idOf(stream: number, index: number): string {
    if (this.#from === undefined) return `${stream}-${index}`
    return eventIdText({ from: this.#from, stream, index, request: this.#streams.get(stream)?.request })
  }
}
