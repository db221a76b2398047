/** Events kept for one session at the most; older ones give way. */
const countLimit = 1_000
/** Characters kept for one session at the most; the newest event stays whatever its length. */
const sizeLimit = 1024 * 1024

/** One event of a stream, as it goes over the wire. */
export interface LoggedEvent {
  /** The number of the stream and the event's place in it: unique in the session (2025-11-25, Resumability). */
  readonly id: string
  readonly data: string
}

interface Kept extends LoggedEvent {
  readonly stream: number
  readonly index: number
}

/**
 * What a session has sent on its streams of late, so that a client that lost a connection can go on where it
 * was (2025-11-25, Streamable HTTP, Resumability and Redelivery). Bounded: what is old is forgotten.
 */
export class EventLog {
  #events: Kept[] = []
  #size = 0
  /** The next index of every stream that has not ended. */
  readonly #open = new Map<number, number>()
  #streams = 0

  /** Begins a stream. Returns its number. */
  open(): number {
    const stream = this.#streams++
    this.#open.set(stream, 0)
    return stream
  }

  /** Gives out an id with nothing to replay, which tells a client where a stream begins. */
  mark(stream: number): string {
    return idOf(stream, this.#take(stream))
  }

  append(stream: number, data: string): LoggedEvent & { index: number } {
    const index = this.#take(stream)
    const event = { id: idOf(stream, index), data, stream, index }
    this.#events.push(event)
    this.#size += data.length
    while (this.#events.length > countLimit || (this.#size > sizeLimit && this.#events.length > 1)) {
      this.#size -= this.#events.shift()?.data.length ?? 0
    }
    return event
  }

  /** No further event will come on this stream; those it had can still be replayed. */
  end(stream: number): void {
    this.#open.delete(stream)
  }

  /** The stream an event id belongs to and the place after it; `undefined` for ids that were never given out. */
  find(id: string): { stream: number; next: number } | undefined {
    const [, stream = '', index = ''] = /^(\d{1,9})-(\d{1,9})$/.exec(id) ?? []
    if (stream === '' || Number(stream) >= this.#streams) return undefined
    const known = this.#open.get(Number(stream))
    if (known !== undefined && Number(index) >= known) return undefined
    return { stream: Number(stream), next: Number(index) + 1 }
  }

  /** The events of one stream from this place on, as far as they are still kept. */
  from(stream: number, index: number): LoggedEvent[] {
    return this.#events.filter((event) => event.stream === stream && event.index >= index)
  }

  #take(stream: number): number {
    const index = this.#open.get(stream) ?? 0
    this.#open.set(stream, index + 1)
    return index
  }
}

const idOf = (stream: number, index: number) => `${stream}-${index}`
