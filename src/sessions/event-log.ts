import type { RequestId } from '../protocol/jsonrpc.ts'
import { Budget, type Holder } from './budget.ts'
import { type EventId, eventIdText, isShortId, readEventId } from './event-id.ts'

/** What one session keeps at the most; older events give way. */
export const eventLimits = {
  count: 1_000,
  bytes: 1024 * 1024,
  /** The newest event stays although it alone is larger than that, up to this. */
  newest: 16 * 1024 * 1024,
  /** Of what has been delivered, in case a connection broke unseen; all else goes at once. */
  delivered: 64 * 1024,
  /** Streams that have ended and are still known. */
  ended: 32,
  /** Bytes that an event costs beside its text. */
  overhead: 200,
} as const

/** What all sessions of this process keep together. */
const shared = new Budget()

/** One event of a stream, as it goes over the wire. */
export interface LoggedEvent {
  /** The number of the stream and the event's position in it: unique in the session (2025-11-25, Resumability). */
  readonly id: string
  readonly data: string
}

/** A position in a stream: the index of its next event. */
export interface StreamPosition {
  readonly stream: number
  readonly next: number
}

interface Kept extends LoggedEvent {
  readonly stream: number
  readonly index: number
  readonly bytes: number
  delivered: boolean
}

interface Stream {
  /** The request that it answers, if it is one's; `null` when its id is too long to be kept. */
  readonly request: RequestId | null | undefined
  /** The index of its next event. */
  next: number
  /** No event before this index is kept. */
  kept: number
}

/**
 * What a session has sent on its streams of late, so that a client that lost a connection can go on where it
 * was (2025-11-25, Streamable HTTP, Resumability and Redelivery). Bounded for the session and for the process: what
 * has been delivered goes first, then what is old.
 */
export class EventLog implements Holder {
  /** What the sessions of one caller keep is weighed together, where callers are known. */
  owner: unknown = this
  readonly #budget: Budget
  readonly #streams = new Map<number, Stream>()
  readonly #ended: number[] = []
  #events: Kept[] = []
  #bytes = 0
  /** Bytes of what has been delivered. */
  #delivered = 0
  #count = 0

  readonly #from: string | undefined

  /** @param from names this process in the ids, where another may be asked about them. */
  constructor(budget = shared, from?: string) {
    this.#budget = budget
    this.#from = from
  }

  /** Begins a stream. Returns its number. */
  open(request?: RequestId): number {
    const stream = this.#count++
    // An id can be as long as a message, and is not kept for what it may be good for later on.
    const kept = request === undefined || isShortId(request) ? request : null
    this.#streams.set(stream, { request: kept, next: 0, kept: 0 })
    return stream
  }

  /** Gives out an id with nothing to replay, which tells a client where a stream begins. */
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

  /** No further event will come on this stream; those it had can still be replayed. */
  end(stream: number): void {
    if (!this.#streams.has(stream)) return
    this.#ended.push(stream)
    const oldest = this.#ended.length > eventLimits.ended ? this.#ended.shift() : undefined
    if (oldest === undefined) return
    this.#drop((event) => event.stream === oldest)
    this.#streams.delete(oldest)
  }

  /** The client has the events of this stream before `index`, or all. */
  delivered(stream: number, index = Number.POSITIVE_INFINITY): void {
    for (const event of this.#events) {
      if (event.delivered || event.stream !== stream || event.index >= index) continue
      event.delivered = true
      this.#delivered += event.bytes
    }
    while (this.#delivered > eventLimits.delivered) this.giveUp()
  }

  /** The stream an event id belongs to and the position after it; `undefined` for ids that were never given out. */
  find(id: string): StreamPosition | undefined {
    const { from, stream, index } = readEventId(id) ?? { from: undefined, stream: this.#count, index: 0 }
    if (from !== this.#from || stream >= this.#count) return undefined
    const known = this.#streams.get(stream)
    if (known && index >= known.next) return undefined
    return { stream, next: index + 1 }
  }

  /** What an id says that another process has given out for this session; nothing for any other. */
  ofOther(id: string): EventId | undefined {
    const read = this.#from === undefined ? undefined : readEventId(id)
    return read?.from !== undefined && read.from !== this.#from ? read : undefined
  }

  /** The events of one stream from this position on, as far as they are still kept. */
  from(stream: number, index: number): LoggedEvent[] {
    return this.#events.filter((event) => event.stream === stream && event.index >= index)
  }

  /** What requests were answered with that has not reached the client, as far as is known. */
  undelivered(): LoggedEvent[] {
    return this.#events.filter(
      ({ delivered, stream }) => !delivered && this.#streams.get(stream)?.request !== undefined,
    )
  }

  /**
   * Whether nothing is kept any more of what followed this position in a stream, although something did.
   * @returns the request that the stream answered, where that is still known, and the id of its last event.
   */
  endLostAfter(stream: number, index: number): { request: RequestId | undefined; last: string } | undefined {
    const known = this.#streams.get(stream)
    if (!known) return { request: undefined, last: '' }
    if (index >= known.next || known.kept < known.next) return undefined
    return { request: known.request ?? undefined, last: this.#idOf(stream, known.next - 1) }
  }

  /** Gives up the oldest event of those that have been delivered, or else the oldest of all. */
  giveUp(): boolean {
    const at = this.#delivered > 0 ? this.#events.findIndex(({ delivered }) => delivered) : 0
    const [event] = this.#events.splice(at, 1)
    if (event) this.#forget(event)
    return event !== undefined
  }

  /** Forgets everything, because the session has ended. */
  clear(): void {
    this.#drop(() => true)
  }

  #keep(event: Kept): void {
    const { count, bytes } = eventLimits
    const full = () => this.#events.length >= count || this.#bytes + event.bytes > bytes
    while (this.#events.length > 0 && full()) this.giveUp()
    this.#events.push(event)
    this.#bytes += event.bytes
    this.#budget.hold(this, event.bytes)
  }

  #drop(goes: (event: Kept) => boolean): void {
    const before = this.#events
    this.#events = before.filter((event) => !goes(event))
    if (this.#events.length < before.length) for (const event of before.filter(goes)) this.#forget(event)
  }

  #forget(event: Kept): void {
    this.#bytes -= event.bytes
    if (event.delivered) this.#delivered -= event.bytes
    this.#budget.release(this, event.bytes)
    this.#noteLoss(event)
  }

  #noteLoss({ stream, index }: Kept): void {
    const known = this.#streams.get(stream)
    if (known) known.kept = Math.max(known.kept, index + 1)
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
