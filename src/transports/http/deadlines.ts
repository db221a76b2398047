/** Waits for many at once with one timer, since nearly all are done long before, and a timer for each is dear. */
export class Deadlines<T> {
  readonly #milliseconds: number
  readonly #over: (one: T) => void
  /** When patience with each ends, oldest first. */
  readonly #waiting = new Map<T, number>()
  #ticking = false

  /**
   * @param milliseconds that each may take.
   * @param over is called with one that has not been done by then.
   */
  constructor(milliseconds: number, over: (one: T) => void) {
    this.#milliseconds = milliseconds
    this.#over = over
  }

  wait(one: T): void {
    this.#waiting.set(one, performance.now() + this.#milliseconds)
    if (!this.#ticking) this.#wakeIn(this.#milliseconds)
  }

  done(one: T): void {
    this.#waiting.delete(one)
  }

  #wakeIn(milliseconds: number): void {
    this.#ticking = true
    setTimeout(() => this.#look(), milliseconds).unref()
  }

  #look(): void {
    this.#ticking = false
    const now = performance.now()
    for (const [one, due] of this.#waiting) {
      if (due > now) return this.#wakeIn(due - now)
      this.#waiting.delete(one)
      this.#over(one)
    }
  }
}
