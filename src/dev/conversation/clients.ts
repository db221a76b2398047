import type { Conversation } from './conversation.ts'

/** Clients that are connected: with a session, or in the modern era by listening for changes. */
export interface Clients {
  sessions: number
  listeners: number
}

/** Counts the clients that listen without a session. */
export class Listeners {
  #count = 0

  /** One more, until it is gone. */
  add(gone: AbortSignal): void {
    if (gone.aborted) return
    this.#count++
    gone.addEventListener('abort', () => void this.#count--, { once: true })
  }

  /** All that are connected: these, and those of the conversations. */
  with(conversations: Iterable<Conversation>): Clients {
    const listeners = this.#count
    // Behind a listener there may be a conversation that is not of a client; on stdio none has a name.
    const counts = (one: Conversation) => one.listens && (one.named || listeners === 0)
    return { sessions: [...conversations].filter(counts).length, listeners }
  }
}
