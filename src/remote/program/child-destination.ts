import { now } from '../../process/clock.ts'
import type { Destination } from '../upstream.ts'
import { type ChildParts, ChildUpstream, type Command } from './child-upstream.ts'

/** Milliseconds within which an unused program that exits counts as failed. */
const soon = 60_000

/** A program that is started for each conversation; for the first one it may be started ahead. */
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
   * Starts the program before the first conversation.
   * @param onEnd is called if it fails soon and unused. A program that exits cleanly may have its own client timeout,
   * and is started again for the first client.
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
      // The first conversation gets the error.
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
