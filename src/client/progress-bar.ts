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

  constructor(screen: Writable) {
    this.#screen = screen
  }

  show({ progress, total, message }: Progress): void {
    const words = firstLine(message, 40)
    const bar =
      total !== undefined && total > 0 ? `${barOf(progress / total)} ${progress}/${total}` : `${progress}`
    this.#last = `  ${bar} ${words}`.trimEnd()
    writeOver(this.#screen, this.#last)
  }

  /** Prints a line above the bar. */
  above(line: string): void {
    if (this.#last === undefined) this.#screen.write(`${line}\n`)
    else writeOver(this.#screen, `${line}\n${this.#last}`)
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
