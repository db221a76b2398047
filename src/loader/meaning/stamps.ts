import { readFileSync, statSync } from 'node:fs'
import { hashOf } from '../../files/checked-file.ts'

/** A file as it was when something was made of it. */
export interface Stamp {
  readonly path: string
  readonly size: number
  readonly mtime: number
  /** When anything of it was changed last: what copies and unpacks files sets the other time, never this one. */
  readonly ctime?: number
  /** Hash of the content, which decides when only a time differs; without it the time of writing does. */
  readonly hash?: string
}

/** A file as it is, without a look into it. */
export function stampOf(path: string): Stamp {
  const { size, mtimeMs, ctimeMs } = statSync(path)
  return { path, size, mtime: mtimeMs, ctime: ctimeMs }
}

/** The bytes of a file, and what it was like when they were read. */
export function readStamped(path: string): { bytes: Buffer; stamp: Stamp } {
  // The time comes first: a file that is written meanwhile must seem older than it is, never newer.
  const stamp = stampOf(path)
  const bytes = readFileSync(path)
  return { bytes, stamp: { ...stamp, hash: hashOf(bytes) } }
}

/** Compares size and times; reads the file only when a time alone differs. */
export function isCurrent({ path, size, mtime, ctime, hash }: Stamp): boolean {
  try {
    const now = stampOf(path)
    if (now.size !== size) return false
    if (hash === undefined) return now.mtime === mtime
    return (now.mtime === mtime && now.ctime === ctime) || hashOf(readFileSync(path)) === hash
  } catch {
    return false
  }
}
