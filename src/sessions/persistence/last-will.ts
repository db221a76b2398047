import { isRecord } from '../../protocol/jsonrpc.ts'
import { type EventId, readEventId } from '../event-id.ts'
import type { LoggedEvent } from '../event-log.ts'

/** The key of undelivered responses among a session's state; user code cannot use this name. */
export const willName = '\u0000last will'

/** Milliseconds until it expires, and maximum characters per session and in total. */
const limits = { holds: 60_000, one: 256 * 1024, all: 16 * 1024 * 1024 } as const

/**
 * Writes the last wills of a stopping process: responses that were not delivered, which clients may fetch from the next
 * one.
 */
export class WillWriter {
  #left: number = limits.all

  /** @returns the serialised will; undefined if there is nothing to store, or no room for it. */
  write(events: readonly LoggedEvent[]): string | undefined {
    if (events.length === 0) return undefined
    const said = events.map(({ id, data }) => [id, data])
    const text = JSON.stringify({ until: Date.now() + limits.holds, events: said })
    if (text.length > limits.one || text.length > this.#left) return undefined
    this.#left -= text.length
    return text
  }
}

/** The undelivered responses that the previous process left for a session. */
export class LastWill {
  readonly #events: readonly LoggedEvent[]

  /** @param text the serialised will; an expired one is empty. */
  constructor(text: string) {
    const said: unknown = JSON.parse(text)
    const holds = isRecord(said) && Number(said.until) >= Date.now() && Array.isArray(said.events)
    const events = holds ? (said.events as unknown[]) : []
    this.#events = events.filter(Array.isArray).map(([id, data]) => ({ id: String(id), data: String(data) }))
  }

  /** The events of a stream after the last one that the client received; undefined for an unknown stream. */
  after({ from, stream, index }: EventId): LoggedEvent[] | undefined {
    const events = this.#events.flatMap((event) => {
      const one = readEventId(event.id)
      return one?.from === from && one?.stream === stream ? [{ event, index: one.index }] : []
    })
    if (events.length === 0) return undefined
    return events.filter((one) => one.index > index).map(({ event }) => event)
  }
}
