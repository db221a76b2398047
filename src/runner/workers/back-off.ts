/** Milliseconds before a worker is replaced: short at first, then increasing while workers exit early. */
const waits = { first: 100, last: 10_000 } as const

/** Milliseconds of serving after which the delay is reset. */
const settled = 2_000

/** Exponential back-off for replacing workers, so that a crash loop does not keep the machine busy. */
export class BackOff {
  #next = 0

  /** @param served milliseconds that the worker has served. */
  after(served: number): number {
    if (served >= settled) this.#next = 0
    const wait = this.#next
    this.#next = wait === 0 ? waits.first : Math.min(wait * 2, waits.last)
    return wait
  }
}
