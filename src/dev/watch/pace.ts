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
