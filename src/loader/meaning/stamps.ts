import { readFileSync, statSync } from 'node:fs'
import { hashOf } from '../../files/checked-file.ts'

/** A file as it was when something was made of it. */
export interface Stamp {
  readonly path: string
  readonly size: number
  readonly mtime: number
  /** Hash of the content, which decides when only the time differs; without it the time does. */
  readonly hash?: string
}

/** A file as it is, without a look into it. */
export function stampOf(path: string): Stamp {
  const { size, mtimeMs } = statSync(path)
  return { path, size, mtime: mtimeMs }
}

/** The bytes of a file, and what it was like when they were read. */
export function readStamped(path: string): { bytes: Buffer; stamp: Stamp } {
  // The time comes first: a file that is written meanwhile must seem older than it is, never newer.
  const stamp = stampOf(path)
  const bytes = readFileSync(path)
  return { bytes, stamp: { ...stamp, hash: hashOf(bytes) } }
}

/** Compares size and time; reads the file only when the time alone differs. */
export function isCurrent({ path, size, mtime, hash }: Stamp): boolean {
  try {
    const now = stampOf(path)
    if (now.size !== size) return false
    return now.mtime === mtime || (hash !== undefined && hashOf(readFileSync(path)) === hash)
  } catch {
    return false
  }
}
