import { Budget, type Holder } from '../../sessions/budget.ts'

/** The memory that all listeners of this process share. */
const shared = new Budget()

/** Subscriptions of the modern era, each an open stream of one client. Their limit is that of sessions. */
export class Listeners {
  readonly #limit: number
  /** The oldest first. */
  readonly #open = new Set<Listener>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#open.size
  }

  /**
   * Adds a listener. If there are too many, the oldest one ends; its client may subscribe again.
   * @param left ends the stream when aborted, and is aborted when the stream ends.
   * @param uris the resources that it listens to.
   */
  add(left: AbortController, owner: string | undefined, uris: readonly string[]): void {
    if (left.signal.aborted) return
    const listener = new Listener(left, owner)
    this.#open.add(listener)
    const ended = () => {
      this.#open.delete(listener)
      shared.release(listener)
    }
    left.signal.addEventListener('abort', ended, { once: true })
    const [oldest] = this.#open
    if (this.#open.size > this.#limit) oldest?.evict()
    shared.hold(
      listener,
      uris.reduce((sum, uri) => sum + uri.length, overhead),
    )
  }
}

/** Bytes that a listener is charged for besides its URIs. */
const overhead = 1024

class Listener implements Holder {
  readonly owner: unknown
  readonly #left: AbortController

  constructor(left: AbortController, owner: string | undefined) {
    this.owner = owner ?? this
    this.#left = left
  }

  evict(): boolean {
    this.#left.abort()
    return true
  }
}
