import { now } from '../../process/clock.ts'

/** A node of the linked list of deadlines. */
export interface Waiting {
  /** Its neighbours; undefined once it is done. */
  before: Waiting | undefined
  after: Waiting | undefined
}

/**
 * Tracks many equal timeouts with one timer, since nearly all are cancelled early and a timer for each is expensive. A
 * linked list, because a map would cost two lookups per call.
 */
export class Deadlines<T> {
  readonly #milliseconds: number
  readonly #over: (one: T) => void
  /** The sentinel: before the first deadline to expire and after the last. */
  readonly #ends: Waiting = { before: undefined, after: undefined }
  #ticking = false

  /**
   * @param milliseconds until each deadline.
   * @param over is called with each one that is not done by its deadline.
   */
  constructor(milliseconds: number, over: (one: T) => void) {
    this.#milliseconds = milliseconds
    this.#over = over
    this.#ends.before = this.#ends
    this.#ends.after = this.#ends
  }

  /** @returns the argument for `done`. */
  wait(one: T): Waiting {
    const last = this.#ends.before ?? this.#ends
    const waiting = new Deadline(one, now() + this.#milliseconds, last, this.#ends)
    last.after = waiting
    this.#ends.before = waiting
    if (!this.#ticking) this.#wakeIn(this.#milliseconds)
    return waiting
  }

  /** Cancels a deadline; further calls do nothing. */
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
  /** When it expires. */
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
