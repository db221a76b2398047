import type { Change } from '../../protocol/source.ts'

/** Maximum number of remembered changes. */
const limit = 1_000

/** Changes for all sessions while a client had no GET stream, of which it is notified when it opens one. */
export class MissedChanges {
  readonly #changes: { readonly change: Change; readonly at: number }[] = []
  /** The index of the first change that a session without a stream has missed. */
  readonly #since = new Map<string, number>()
  #count = 0

  add(change: Change): void {
    this.#changes.push({ change, at: this.#count++ })
    if (this.#changes.length > limit) this.#changes.shift()
  }

  /** The number of changes so far. */
  get count(): number {
    return this.#count
  }

  /** The session has no stream, and its client has certainly received only the first `told` changes. */
  begin(key: string, told = this.#count): void {
    if (!this.#since.has(key)) this.#since.set(key, told)
  }

  /** It has a stream now, or has ended. Returns the missed changes, without duplicates. */
  end(key: string): Change[] {
    const since = this.#since.get(key)
    this.#since.delete(key)
    if (since === undefined) return []
    const missed = this.#changes.filter(({ at }) => at >= since).map(({ change }) => change)
    return [...new Map(missed.map((change) => [JSON.stringify(change), change])).values()]
  }
}
