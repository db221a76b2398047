/** Milliseconds before a process is replaced: the first at once, then ever later, while they end soon. */
const waits = { first: 100, last: 10_000 } as const

/** Milliseconds that a process has to have served to be replaced at once again. */
const settled = 2_000

/** How long to wait before a process is replaced, so that one that cannot live does not keep the machine busy. */
export class BackOff {
  #next = 0

  /** @param served milliseconds that the process has served. */
  after(served: number): number {
    if (served >= settled) this.#next = 0
    const wait = this.#next
    this.#next = wait === 0 ? waits.first : Math.min(wait * 2, waits.last)
    return wait
  }
}
