import { now } from '../../process/clock.ts'
import type { Destination } from '../upstream.ts'
import { type ChildParts, ChildUpstream, type Command } from './child-upstream.ts'

/** Milliseconds within which a program that ends, and was not spoken to, cannot be one that serves. */
const soon = 60_000

/** A program that is started again for each conversation; for the first it may have been started ahead. */
export class ChildDestination implements Destination {
  readonly label: string
  readonly #command: Command
  readonly #parts: ChildParts
  #ahead: ChildUpstream | undefined

  constructor(label: string, command: Command, parts: ChildParts) {
    this.label = label
    this.#command = command
    this.#parts = parts
  }

  connect(subject: string | undefined): Promise<ChildUpstream> {
    const child = this.#ahead ?? new ChildUpstream(this.#command, this.#parts)
    this.#ahead = undefined
    child.subject = subject
    return Promise.resolve(child)
  }

  /**
   * Starts the program for the first conversation before there is one.
   * @param onEnd hears how it failed when that was soon, and before anybody spoke to it. One that ends well may have
   *   waited for a client as long as it does, and is started again for the first.
   */
  async startAhead(onEnd: (how: string) => void): Promise<void> {
    const child = new ChildUpstream(this.#command, this.#parts)
    this.#ahead = child
    const started = now()
    child.onclose = () => {
      if (this.#ahead !== child) return
      this.#ahead = undefined
      if (child.failed && now() - started < soon) onEnd(child.end ?? 'ended')
    }
    await child.spawn().catch(() => {
      // Whoever needs it hears why.
      if (this.#ahead === child) this.#ahead = undefined
    })
  }

  async close(): Promise<void> {
    const child = this.#ahead
    this.#ahead = undefined
    await child?.close()
    this.#parts.reaper.close()
  }
}
