import type { Change } from '../../protocol/source.ts'
import { AnnouncedOnce } from '../../sessions/derived/announced-once.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { ListKind } from '../protocol/offer.ts'
import type { Conversation } from './conversation.ts'

/** The number of connected clients: with a session, or modern ones that listen for changes. */
export interface ClientCount {
  sessions: number
  listeners: number
}

/** All clients of the front, whichever generation serves them. */
export class Clients {
  readonly #conversations = new Set<Conversation>()
  /** Listeners without a session. */
  #listeners = 0
  /** Forwards changes to them, merging duplicate announcements. */
  readonly #changed = new AnnouncedOnce()

  get count(): ClientCount {
    const listeners = this.#listeners
    // A listener may have an internal conversation that is not a client's; on stdio no conversation has a name.
    const counts = (one: Conversation) => one.listens && (one.named || listeners === 0)
    return { sessions: [...this.#conversations].filter(counts).length, listeners }
  }

  add(conversation: Conversation): void {
    this.#conversations.add(conversation)
  }

  delete(conversation: Conversation): void {
    this.#conversations.delete(conversation)
  }

  /** Counts a listener without a session until it disconnects. */
  listen(gone: AbortSignal): void {
    if (gone.aborted) return
    this.#listeners++
    gone.addEventListener('abort', () => void this.#listeners--, { once: true })
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#changed.subscribe(listener)
  }

  /** Notifies listeners without a session. */
  tell(change: Change): void {
    this.#changed.tell(change)
  }

  /** Notifies all clients that these lists have changed. */
  announce(kinds: ReadonlySet<ListKind>): void {
    for (const conversation of this.#conversations) conversation.announce(kinds)
    for (const kind of kinds) this.tell({ kind })
  }

  /** @returns the subscribed resources whose content differs there. */
  async moveTo(child: GenerationHandle): Promise<ReadonlySet<string>> {
    const moves = [...this.#conversations].map((conversation) => conversation.moveTo(child))
    return new Set((await Promise.all(moves)).flat())
  }

  /** Makes new requests of all clients wait for the next generation; requests in flight finish. */
  letGo(): void {
    for (const conversation of this.#conversations) conversation.letGo()
  }

  /** Answers waiting requests with an error, because no generation will come. */
  refuseWaiting(reason: string): void {
    for (const conversation of this.#conversations) conversation.refuseWaiting(reason)
  }

  /** Sends the error of the last save to clients that accept error logs. */
  logError(failure: string): void {
    for (const conversation of this.#conversations) conversation.logError(failure)
  }
}
