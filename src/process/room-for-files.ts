import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { codeOf } from '../terminal/errors.ts'

/** Files that a thread, and a program that it starts, open at the most. */
const needed = 24

/**
 * Makes sure that a thread can be started and waited for: one that may not open its files never begins, and whoever
 * waits for it in the middle of the event loop waits for ever.
 * @throws Error with the code EMFILE where this process may not open so many more.
 */
export function requireRoomForFiles(): void {
  const opened: number[] = []
  try {
    while (opened.length < needed) opened.push(openSync(devNull, 'r'))
  } catch (error) {
    if (codeOf(error) !== 'EMFILE') throw error
    throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
  } finally {
    for (const one of opened) closeSync(one)
  }
}
