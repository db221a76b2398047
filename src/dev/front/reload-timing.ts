/** Milliseconds without further changes after which a save, or a burst of many, counts as complete. */
const quiet = 75
const quietAfterMany = 300
/** Number of changes in quick succession that count as a burst: a formatter, a checkout or a generator. */
const many = 6
/** Milliseconds after which a burst triggers a reload even if it continues. */
const burstLimit = 3_000

/** Debounces changes: the first one triggers a reload at once, later ones when there is a pause. */
export class Pace {
  readonly #act: (force: boolean, since: number) => void
  #last = Number.NEGATIVE_INFINITY
  #begun = 0
  #force = false
  #count = 0
  #timer: NodeJS.Timeout | undefined

  /** @param act receives the time of the change, on the clock of `performance.now()`. */
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

/** Milliseconds before each restart after a crash; the last value repeats. */
const backOff = [0, 250, 1_000, 2_000, 5_000]
/** Milliseconds of uptime, or an answered call, after which a crash counts as the first. */
const stableAfter = 10_000

/** Decides how soon a crashed generation is replaced: at once, unless it keeps crashing before it has served a call. */
export class Restarts {
  #deaths = 0
  #bornAt = 0
  #proven = false

  /** A new generation is serving. */
  born(): void {
    this.#bornAt = performance.now()
    this.#proven = false
  }

  /** The generation has answered a call. */
  prove(): void {
    this.#proven = true
  }

  /** The user has changed something: starts over. */
  forgive(): void {
    this.#deaths = 0
  }

  /** Milliseconds to wait before the next restart. */
  next(): number {
    if (this.#proven || performance.now() - this.#bornAt > stableAfter) this.#deaths = 0
    this.#proven = false
    return backOff[Math.min(this.#deaths++, backOff.length - 1)] ?? 0
  }
}
