import { isRecord } from '../../protocol/jsonrpc.ts'
import { type EventId, readEventId } from '../event-id.ts'
import type { LoggedEvent } from '../event-log.ts'

/** What a last will is kept under, beside what user code keeps with a session: no code of theirs names anything so. */
export const willName = '\u0000last will'

/** How long it holds, in milliseconds, and characters that it may have, of one session and of all. */
const limits = { holds: 60_000, one: 256 * 1024, all: 16 * 1024 * 1024 } as const

/** Writes the last wills of a process that stops: answers that have not reached their clients, who may come back for them. */
export class WillWriter {
  #left: number = limits.all

  /** @returns the will as it is kept; nothing where there is nothing to leave, or no room for it. */
  write(events: readonly LoggedEvent[]): string | undefined {
    if (events.length === 0) return undefined
    const said = events.map(({ id, data }) => [id, data])
    const text = JSON.stringify({ until: Date.now() + limits.holds, events: said })
    if (text.length > limits.one || text.length > this.#left) return undefined
    this.#left -= text.length
    return text
  }
}

/** What the process before this one has left of a session. */
export class LastWill {
  readonly #events: readonly LoggedEvent[]

  /** @param text as it is kept; one that no longer holds is empty. */
  constructor(text: string) {
    const said: unknown = JSON.parse(text)
    const holds = isRecord(said) && Number(said.until) >= Date.now() && Array.isArray(said.events)
    const events = holds ? (said.events as unknown[]) : []
    this.#events = events.filter(Array.isArray).map(([id, data]) => ({ id: String(id), data: String(data) }))
  }

  /** What came on a stream after the event that a client has received last; nothing of a stream that is not in it. */
  after({ from, stream, index }: EventId): LoggedEvent[] | undefined {
    const events = this.#events.flatMap((event) => {
      const one = readEventId(event.id)
      return one?.from === from && one?.stream === stream ? [{ event, index: one.index }] : []
    })
    if (events.length === 0) return undefined
    return events.filter((one) => one.index > index).map(({ event }) => event)
  }
}
