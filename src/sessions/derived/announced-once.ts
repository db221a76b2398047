import type { Change } from '../../protocol/source.ts'

/** Merges announcements of the same change by several servers into one. */
export class AnnouncedOnce {
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #waiting = new Map<string, Change>()

  /** @returns a function that ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(change: Change): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#pass())
    this.#waiting.set(change.kind === 'resource' ? change.uri : change.kind, change)
  }

  #pass(): void {
    const changes = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const change of changes) for (const listener of this.#listeners) listener(change)
  }
}
