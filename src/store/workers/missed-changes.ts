import type { Change } from '../../protocol/source.ts'

/** Changes that are remembered at the most. */
const limit = 1_000

/** What has changed for all sessions while a client had no stream open with GET, which is told when it opens one. */
export class MissedChanges {
  readonly #changes: { readonly change: Change; readonly at: number }[] = []
  /** The first change that a session without a stream has missed. */
  readonly #since = new Map<string, number>()
  #count = 0

  add(change: Change): void {
    this.#changes.push({ change, at: this.#count++ })
    if (this.#changes.length > limit) this.#changes.shift()
  }

  /** How many there have been. */
  get count(): number {
    return this.#count
  }

  /** The session has no stream, and its client has certainly been told of only so many changes. */
  begin(key: string, told = this.#count): void {
    if (!this.#since.has(key)) this.#since.set(key, told)
  }

  /** It has one, or has ended. Returns what it has missed, each once. */
  end(key: string): Change[] {
    const since = this.#since.get(key)
    this.#since.delete(key)
    if (since === undefined) return []
    const missed = this.#changes.filter(({ at }) => at >= since).map(({ change }) => change)
    return [...new Map(missed.map((change) => [JSON.stringify(change), change])).values()]
  }
}
