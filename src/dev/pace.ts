/** Milliseconds without a further change after which a save counts as whole. */
const quiet = 75
/** Milliseconds after which a stream of changes is acted on all the same. */
const burstLimit = 1_000

/** Decides when a change is acted on: the first at once, what follows it closely when it has become quiet. */
export class Pace {
  readonly #act: (force: boolean, since: number) => void
  #last = Number.NEGATIVE_INFINITY
  #begun = 0
  #force = false
  #timer: NodeJS.Timeout | undefined

  /** @param act is told when the change was noticed, on the clock of `performance.now()`. */
  constructor(act: (force: boolean, since: number) => void) {
    this.#act = act
  }

  note(force: boolean): void {
    const now = performance.now()
    const alone = now - this.#last > quiet && this.#timer === undefined
    this.#last = now
    if (alone) {
      this.#begun = now
      this.#act(force, now)
      return
    }
    this.#force ||= force
    clearTimeout(this.#timer)
    const wait = Math.min(quiet, Math.max(0, this.#begun + burstLimit - now))
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
