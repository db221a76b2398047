import { now } from '../process/clock.ts'
import { paint, writeError } from '../terminal/output.ts'
import { firstLine } from './offers.ts'
import type { Progress } from './progress-bar.ts'

/** Milliseconds between two lines. */
const pause = 1_000

/** Progress where nothing can be drawn over, such as in a log: the first, the last, and one line a second between. */
export class ProgressLines {
  readonly #write: (line: string) => void
  #at = Number.NEGATIVE_INFINITY
  #held: Progress | undefined

  constructor(write: (line: string) => void = writeError) {
    this.#write = write
  }

  show(progress: Progress): void {
    if (now() - this.#at < pause) this.#held = progress
    else this.#say(progress)
  }

  /** There will be no more. */
  clear(): void {
    if (this.#held) this.#say(this.#held)
  }

  #say({ progress, total, message }: Progress): void {
    this.#held = undefined
    this.#at = now()
    const done = total === undefined ? `${progress}` : `${progress}/${total}`
    this.#write(`${paint.dim('[progress]')} ${done} ${firstLine(message)}`.trimEnd())
  }
}
