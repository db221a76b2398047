import type { Writable } from 'node:stream'
import { writeOver } from '../terminal/last-line.ts'

/**
 * Shows on the last line of a terminal what is waited for, and for how long. The keyboard is left alone, so that
 * Ctrl-C reaches this process and the one that is waited for.
 * @returns what takes the line away again.
 */
export function showWaiting(words: string, screen: Writable): () => void {
  const started = performance.now()
  const show = () => {
    const seconds = Math.round((performance.now() - started) / 1000)
    writeOver(screen, `  ${words} … ${seconds} s`)
  }
  show()
  const timer = setInterval(show, 1000)
  return () => {
    clearInterval(timer)
    writeOver(screen)
  }
}
