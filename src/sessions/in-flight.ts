import { within } from '../process/clock.ts'

/** How much the newest call counts in what calls take of late. */
const weight = 0.05

/** Counts the calls being answered, so that a stop can wait for them. */
export class InFlight {
  #count = 0
  /** What calls have taken of late, and its square. */
  #took = 0
  #square = 0
  #waiters: (() => void)[] = []

  get count(): number {
    return this.#count
  }

  /**
   * Milliseconds that a call which is being answered still takes, as calls went of late: whoever looks at one is
   * more likely to see a long one.
   */
  get remaining(): number {
    return this.#took === 0 ? 0 : this.#square / (2 * this.#took)
  }

  begin(): void {
    this.#count++
  }

  /** @param took milliseconds, where that tells of other calls. */
  end(took?: number): void {
    this.#count--
    if (took !== undefined) {
      this.#took += (took - this.#took) * weight
      this.#square += (took * took - this.#square) * weight
    }
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
