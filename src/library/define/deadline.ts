import { now } from '../../process/clock.ts'

/** A time limit that stands still while a handler waits for its client. */
export class Deadline {
  readonly #onExpired: () => void
  #left: number
  #since = 0
  #timer: NodeJS.Timeout | undefined

  constructor(limit: number, onExpired: () => void) {
    this.#left = limit
    this.#onExpired = onExpired
    this.resume()
  }

  resume(): void {
    this.#since = now()
    this.#timer = setTimeout(this.#onExpired, this.#left)
  }

  pause(): void {
    clearTimeout(this.#timer)
    this.#left = Math.max(0, this.#left - (now() - this.#since))
  }
}
