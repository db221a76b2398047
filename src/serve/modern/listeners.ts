import { Budget, type Holder } from '../../sessions/budget.ts'

/** What all listeners of this process have the runner keep for them. */
const shared = new Budget()

/** Subscriptions of the modern era, each an open stream of one client: as many as there may be sessions. */
export class Listeners {
  readonly #most: number
  /** The one that has listened longest comes first. */
  readonly #open = new Set<Listener>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#open.size
  }

  /**
   * One more. Where there are too many, the one that has listened longest ends; its client may begin again.
   * @param left ends the stream, and is aborted when it has ended.
   * @param uris the resources it listens to.
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
    if (this.#open.size > this.#most) oldest?.giveUp()
    shared.hold(
      listener,
      uris.reduce((sum, uri) => sum + uri.length, overhead),
    )
  }
}

/** Bytes that a listener counts for beside the URIs it listens to. */
const overhead = 1024

class Listener implements Holder {
  readonly owner: unknown
  readonly #left: AbortController

  constructor(left: AbortController, owner: string | undefined) {
    this.owner = owner ?? this
    this.#left = left
  }

  giveUp(): boolean {
    this.#left.abort()
    return true
  }
}
