import type { Writable } from 'node:stream'
import { writeOver } from '../terminal/last-line.ts'
import { firstLine } from './offers.ts'

export interface Progress {
  progress: number
  total?: number | undefined
  message?: string | undefined
}

const cells = 24

/** The bar on the last line of a terminal, drawn over itself. */
export class ProgressBar {
  readonly #screen: Writable
  #last: string | undefined
  /** Lines that wait for questions to be answered, and how many those are. */
  #held: string[] | undefined
  #questions = 0

  constructor(screen: Writable) {
    this.#screen = screen
  }

  show({ progress, total, message }: Progress): void {
    if (this.#held) return
    const words = firstLine(message, 40)
    const bar =
      total !== undefined && total > 0 ? `${barOf(progress / total)} ${progress}/${total}` : `${progress}`
    this.#last = `  ${bar} ${words}`.trimEnd()
    writeOver(this.#screen, this.#last)
  }

  /** Prints a line above the bar. */
  above(line: string): void {
    if (this.#held) this.#held.push(line)
    else if (this.#last === undefined) this.#screen.write(`${line}\n`)
    else writeOver(this.#screen, `${line}\n${this.#last}`)
  }

  /** Leaves the screen to questions, which are drawn over themselves as well; lines come after the last of them. */
  async aside<T>(question: () => Promise<T>): Promise<T> {
    this.clear()
    this.#held ??= []
    this.#questions++
    try {
      return await question()
    } finally {
      if (--this.#questions === 0) this.#release()
    }
  }

  #release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const line of held) this.above(line)
  }

  clear(): void {
    if (this.#last !== undefined) writeOver(this.#screen)
    this.#last = undefined
  }
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * cells)
  return '█'.repeat(full) + '░'.repeat(cells - full)
}
