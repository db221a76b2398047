import { clearLine, cursorTo } from 'node:readline'
import type { Writable } from 'node:stream'

/** Writes over the last line of a terminal; without words it is empty afterwards. */
export function writeOver(screen: Writable, words = ''): void {
  cursorTo(screen, 0)
  clearLine(screen, 0)
  screen.write(words)
}
