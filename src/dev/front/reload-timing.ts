/** Milliseconds without a further change after which a save counts as whole, and after which many do. */
const quiet = 75
const quietAfterMany = 300
/** Changes in close succession that are more than one save: a formatter, a checkout, a generator is at work. */
const many = 6
/** Milliseconds after which a stream of changes is acted on all the same. */
const burstLimit = 3_000

/** Decides when a change is acted on: the first at once, what follows it closely when it has become quiet. */
export class Pace {
  readonly #act: (force: boolean, since: number) => void
  #last = Number.NEGATIVE_INFINITY
  #begun = 0
  #force = false
  #count = 0
  #timer: NodeJS.Timeout | undefined

  /** @param act is told when the change was noticed, on the clock of `performance.now()`. */
  constructor(act: (force: boolean, since: number) => void) {
    this.#act = act
  }

  note(force: boolean): void {
    const now = performance.now()
    const alone = now - this.#last > quiet && this.#timer === undefined
    this.#last = now
    this.#count = alone ? 1 : this.#count + 1
    if (alone) {
      this.#begun = now
      this.#act(force, now)
      return
    }
    this.#force ||= force
    clearTimeout(this.#timer)
    const pause = this.#count < many ? quiet : quietAfterMany
    const wait = Math.min(pause, Math.max(0, this.#begun + burstLimit - now))
    this.#timer = setTimeout(() => this.#fire(), wait)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #fire(): void {
    const force = this.#force
    this.#timer = undefined
    this.#force = false
    this.#begun = this.#last
    this.#act(force, this.#last)
  }
}

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
