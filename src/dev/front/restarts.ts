/** Milliseconds before each restart of a generation that has died; the last is repeated. */
const backOff = [0, 250, 1_000, 2_000, 5_000]
/** Milliseconds a generation that has answered no call must live for its death to count as the first. */
const stableAfter = 10_000

/** Decides how soon a generation that has died is replaced: at once, unless it keeps dying before it was of use. */
export class Restarts {
  #deaths = 0
  #bornAt = 0
  #proven = false

  /** A new generation serves. */
  born(): void {
    this.#bornAt = performance.now()
    this.#proven = false
  }

  /** It has answered a call. */
  prove(): void {
    this.#proven = true
  }

  /** The user has changed something, so that everything is open again. */
  forgive(): void {
    this.#deaths = 0
  }

  /** Milliseconds to wait before the next. */
  next(): number {
    if (this.#proven || performance.now() - this.#bornAt > stableAfter) this.#deaths = 0
    this.#proven = false
    return backOff[Math.min(this.#deaths++, backOff.length - 1)] ?? 0
  }
}
