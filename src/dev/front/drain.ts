import type { GenerationHandle } from '../handle/generation-handle.ts'

/** Milliseconds that calls may go on in a generation that has been replaced. */
const drainLimit = 10 * 60_000
/** How many such generations there may be; the oldest gives way. */
const drainingLimit = 8
/** Milliseconds between signs of life that are asked of them, and what they get to answer. */
const beatInterval = 5_000
const beatLimit = 5_000

/** Generations that have been replaced and still answer what they were asked. */
export class Drain {
  readonly #children = new Set<GenerationHandle>()
  readonly #beats: boolean

  /** @param beats whether one that shows no sign of life is ended; in a debugger it may just have been stopped. */
  constructor(beats: boolean) {
    this.#beats = beats
  }

  /** @param atLeast milliseconds to keep it although nothing is asked of it at the moment. */
  add(child: GenerationHandle, atLeast: number): void {
    if (child.gone) return
    this.#children.add(child)
    const beat = setInterval(() => void this.#check(child), beatInterval).unref()
    const kept = new Promise((resolve) => setTimeout(resolve, atLeast).unref())
    void kept
      .then(() => child.retire(drainLimit))
      .then(() => {
        clearInterval(beat)
        this.#children.delete(child)
      })
    const [oldest] = this.#children
    if (this.#children.size > drainingLimit) void oldest?.stop()
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#children].map((child) => child.stop()))
  }

  /** Old code that blocks its process for good will answer nothing, and only heats the machine. */
  async #check(child: GenerationHandle): Promise<void> {
    if (this.#beats && !(await child.answers(beatLimit))) child.kill()
  }
}
