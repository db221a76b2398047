import type { Writable } from 'node:stream'
import { firstLine } from './summary.ts'

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
    this.#screen.write(`\r\x1b[2K${this.#last}`)
  }

  /** Prints a line above the bar. */
  above(line: string): void {
    if (this.#last === undefined) this.#screen.write(`${line}\n`)
    else this.#screen.write(`\r\x1b[2K${line}\n${this.#last}`)
  }

  clear(): void {
    if (this.#last !== undefined) this.#screen.write('\r\x1b[2K')
    this.#last = undefined
  }
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * cells)
  return '█'.repeat(full) + '░'.repeat(cells - full)
}
