/** Milliseconds within which changes count as one. */
const oneChange = 500

/** Tells what changes so often that no person can be the reason. */
export class Restless {
  readonly #most: number
  readonly #within: number
  readonly #times = new Map<string, number[]>()

  /** @param most changes of one file in so many milliseconds. */
  constructor(most: number, within: number) {
    this.#most = most
    this.#within = within
  }

  /** Whether this change of a file is one too many. */
  isToo(path: string): boolean {
    const now = performance.now()
    const times = this.#times.get(path) ?? []
    if (now - (times.at(-1) ?? Number.NEGATIVE_INFINITY) < oneChange) return false
    const recent = [...times.filter((time) => now - time < this.#within), now]
    this.#times.set(path, recent)
    return recent.length > this.#most
  }

  /** What has stayed as it was begins again. */
  forgetOthers(changed: readonly string[]): void {
    for (const path of this.#times.keys()) if (!changed.includes(path)) this.#times.delete(path)
  }
}
