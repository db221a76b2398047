import type { Child } from './child.ts'

/** Milliseconds that calls may go on in a generation that has been replaced. */
const drainLimit = 10 * 60_000
/** How many such generations there may be; the oldest gives way. */
const drainingLimit = 4

/** Generations that have been replaced and still answer what they were asked. */
export class Drain {
  readonly #children = new Set<Child>()

  /** @param atLeast milliseconds to keep it although nothing is asked of it at the moment. */
  add(child: Child, atLeast: number): void {
    if (child.gone) return
    this.#children.add(child)
    const kept = new Promise((resolve) => setTimeout(resolve, atLeast).unref())
    void kept.then(() => child.retire(drainLimit)).then(() => this.#children.delete(child))
    const [oldest] = this.#children
    if (this.#children.size > drainingLimit) void oldest?.stop()
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#children].map((child) => child.stop()))
  }
}
