import { within } from '../within.ts'

/** Counts the calls being answered, so that a stop can wait for them. */
export class InFlight {
  #count = 0
  #waiters: (() => void)[] = []

  get count(): number {
    return this.#count
  }

  begin(): void {
    this.#count++
  }

  end(): void {
    this.#count--
    if (this.#count > 0) return
    for (const wake of this.#waiters.splice(0)) wake()
  }

  /** Resolves `true` once nothing is in flight, or `false` after `limit` milliseconds. */
  async drained(limit: number): Promise<boolean> {
    if (this.#count === 0) return true
    const drained = new Promise<boolean>((resolve) => {
      this.#waiters.push(() => resolve(true))
    })
    return within(drained, limit, false)
  }
}
