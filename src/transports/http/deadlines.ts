import { now } from '../../process/clock.ts'

/** A node of the linked list of deadlines. */
export interface DeadlineNode {
  /** Its neighbours; undefined once it is done. */
  before: DeadlineNode | undefined
  after: DeadlineNode | undefined
}

/**
 * Tracks many equal timeouts with one timer, since nearly all are cancelled early and a timer for each is expensive. A
 * linked list, because a map would cost two lookups per call.
 */
export class Deadlines<T> {
  readonly #milliseconds: number
  readonly #onExpired: (one: T) => void
  /** The sentinel: before the first deadline to expire and after the last. */
  readonly #sentinel: DeadlineNode = { before: undefined, after: undefined }
  #ticking = false

  /**
   * @param milliseconds until each deadline.
   * @param onExpired is called with each one that is not done by its deadline.
   */
  constructor(milliseconds: number, onExpired: (one: T) => void) {
    this.#milliseconds = milliseconds
    this.#onExpired = onExpired
    this.#sentinel.before = this.#sentinel
    this.#sentinel.after = this.#sentinel
  }

  /** @returns the argument for `done`. */
  wait(one: T): DeadlineNode {
    const last = this.#sentinel.before ?? this.#sentinel
    const waiting = new Deadline(one, now() + this.#milliseconds, last, this.#sentinel)
    last.after = waiting
    this.#sentinel.before = waiting
    if (!this.#ticking) this.#wakeIn(this.#milliseconds)
    return waiting
  }

  /** Cancels a deadline; further calls do nothing. */
  done(waiting: DeadlineNode): void {
    const { before, after } = waiting
    if (!before || !after) return
    before.after = after
    after.before = before
    waiting.before = undefined
    waiting.after = undefined
  }

  #wakeIn(milliseconds: number): void {
    this.#ticking = true
    setTimeout(() => this.#expire(), milliseconds).unref()
  }

  #expire(): void {
    const time = now()
    for (let first = this.#sentinel.after; first instanceof Deadline; first = this.#sentinel.after) {
      const { due, one } = first as Deadline<T>
      if (due > time) return this.#wakeIn(due - time)
      this.done(first)
      this.#onExpired(one)
    }
    this.#ticking = false
  }
}

class Deadline<T> implements DeadlineNode {
  readonly one: T
  /** When it expires. */
  readonly due: number
  before: DeadlineNode | undefined
  after: DeadlineNode | undefined

  constructor(one: T, due: number, before: DeadlineNode, after: DeadlineNode) {
    this.one = one
    this.due = due
    this.before = before
    this.after = after
  }
}
