import { now } from '../../process/clock.ts'

/** What is waited for, as an entry in the list of deadlines. */
export interface Waiting {
  /** Those beside it; none once it is done. */
  before: Waiting | undefined
  after: Waiting | undefined
}

/**
 * Waits for many at once with one timer, since nearly all are done long before, and a timer for each is dear. They stand
 * in a row in which each knows its neighbours: a map of as many would be looked into twice a call.
 */
export class Deadlines<T> {
  readonly #milliseconds: number
  readonly #over: (one: T) => void
  /** Before the one whose patience ends first, and behind the one whose ends last. */
  readonly #ends: Waiting = { before: undefined, after: undefined }
  #ticking = false

  /**
   * @param milliseconds that each may take.
   * @param over is called with one that has not been done by then.
   */
  constructor(milliseconds: number, over: (one: T) => void) {
    this.#milliseconds = milliseconds
    this.#over = over
    this.#ends.before = this.#ends
    this.#ends.after = this.#ends
  }

  /** @returns what `done` is to be called with. */
  wait(one: T): Waiting {
    const last = this.#ends.before ?? this.#ends
    const waiting = new Deadline(one, now() + this.#milliseconds, last, this.#ends)
    last.after = waiting
    this.#ends.before = waiting
    if (!this.#ticking) this.#wakeIn(this.#milliseconds)
    return waiting
  }

  /** It is waited for no more; a second time does nothing. */
  done(waiting: Waiting): void {
    const { before, after } = waiting
    if (!before || !after) return
    before.after = after
    after.before = before
    waiting.before = undefined
    waiting.after = undefined
  }

  #wakeIn(milliseconds: number): void {
    this.#ticking = true
    setTimeout(() => this.#look(), milliseconds).unref()
  }

  #look(): void {
    const time = now()
    for (let first = this.#ends.after; first instanceof Deadline; first = this.#ends.after) {
      const { due, one } = first as Deadline<T>
      if (due > time) return this.#wakeIn(due - time)
      this.done(first)
      this.#over(one)
    }
    this.#ticking = false
  }
}

class Deadline<T> implements Waiting {
  readonly one: T
  /** When patience with it ends. */
  readonly due: number
  before: Waiting | undefined
  after: Waiting | undefined

  constructor(one: T, due: number, before: Waiting, after: Waiting) {
    this.one = one
    this.due = due
    this.before = before
    this.after = after
  }
}
