/** Milliseconds within which several events count as one change. */
const oneChange = 500

/** Detects files that change too often for a person to be the cause. */
export class Restless {
  readonly #most: number
  readonly #within: number
  readonly #times = new Map<string, number[]>()

  /** @param most changes of one file within `within` milliseconds that are normal. */
  constructor(most: number, within: number) {
    this.#most = most
    this.#within = within
  }

  /** Records a change; returns whether it exceeds the limit. */
  isToo(path: string): boolean {
    const now = performance.now()
    const times = this.#times.get(path) ?? []
    if (now - (times.at(-1) ?? Number.NEGATIVE_INFINITY) < oneChange) return false
    const recent = [...times.filter((time) => now - time < this.#within), now]
    this.#times.set(path, recent)
    return recent.length > this.#most
  }

  /** Resets files that have not changed. */
  forgetOthers(changed: readonly string[]): void {
    for (const path of this.#times.keys()) if (!changed.includes(path)) this.#times.delete(path)
  }
}
