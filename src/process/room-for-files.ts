import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { codeOf } from '../terminal/errors.ts'

/** Maximum file descriptors that a thread, and a program that it starts, need. */
const needed = 24

/**
 * Checks that a thread can start: without free file descriptors it never does, and a synchronous wait for it would
 * block for ever.
 * @throws Error with the code EMFILE if this process cannot open enough files.
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
