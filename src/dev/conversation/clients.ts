import type { Change } from '../../protocol/source.ts'
import { AnnouncedOnce } from '../../sessions/derived/announced-once.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { ListKind } from '../protocol/offer.ts'
import type { Conversation } from './conversation.ts'

/** How many clients are connected: with a session, or in the modern era by listening for changes. */
export interface ClientCount {
  sessions: number
  listeners: number
}

/** All clients of the front, whichever generation serves them. */
export class Clients {
  readonly #conversations = new Set<Conversation>()
  /** Those that listen without a session. */
  #listeners = 0
  /** What passes a change on to them, of which several may tell. */
  readonly #changed = new AnnouncedOnce()

  get count(): ClientCount {
    const listeners = this.#listeners
    // Behind a listener there may be a conversation that is not of a client; on stdio none has a name.
    const counts = (one: Conversation) => one.listens && (one.named || listeners === 0)
    return { sessions: [...this.#conversations].filter(counts).length, listeners }
  }

  add(conversation: Conversation): void {
    this.#conversations.add(conversation)
  }

  delete(conversation: Conversation): void {
    this.#conversations.delete(conversation)
  }

  /** One more that listens without a session, until it is gone. */
  listen(gone: AbortSignal): void {
    if (gone.aborted) return
    this.#listeners++
    gone.addEventListener('abort', () => void this.#listeners--, { once: true })
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#changed.subscribe(listener)
  }

  /** Tells those that listen without a session. */
  tell(change: Change): void {
    this.#changed.tell(change)
  }

  /** Tells all of them whose lists have changed. */
  announce(kinds: ReadonlySet<ListKind>): void {
    for (const conversation of this.#conversations) conversation.announce(kinds)
    for (const kind of kinds) this.tell({ kind })
  }

  /** @returns the resources that any of them is subscribed to and that read differently there. */
  async moveTo(child: GenerationHandle): Promise<ReadonlySet<string>> {
    const moves = [...this.#conversations].map((conversation) => conversation.moveTo(child))
    return new Set((await Promise.all(moves)).flat())
  }

  /** Has all of them wait for the next generation, but for what they have asked already. */
  letGo(): void {
    for (const conversation of this.#conversations) conversation.letGo()
  }

  /** Answers what waits for a generation that will not come. */
  refuseWaiting(reason: string): void {
    for (const conversation of this.#conversations) conversation.refuseWaiting(reason)
  }

  /** Tells those that may be told such things what is wrong with the last save. */
  logError(failure: string): void {
    for (const conversation of this.#conversations) conversation.logError(failure)
  }
}
