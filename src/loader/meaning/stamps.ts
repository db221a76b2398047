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

/**
 * Compares size and times; reads the file only when a time alone differs, and then takes what it is like now into the
 * stamp: a tool that links files changes the time of all.
 */
export function isCurrent(stamp: Stamp): boolean {
  const { path, size, mtime, ctime, hash } = stamp
  try {
    const now = stampOf(path)
    if (now.size !== size) return false
    if (hash === undefined) return now.mtime === mtime
    if (now.mtime === mtime && now.ctime === ctime) return true
    if (hashOf(readFileSync(path)) !== hash) return false
    Object.assign(stamp, now)
    return true
  } catch {
    return false
  }
}

/** Whether all files are as they were, and whether that took more than a look at their times, which have been renewed. */
export function compareAll(stamps: readonly Stamp[]): { current: boolean; renewed: boolean } {
  const times = stamps.map(({ ctime, mtime }) => [ctime, mtime])
  const current = stamps.every(isCurrent)
  return {
    current,
    renewed:
      current && stamps.some(({ ctime, mtime }, at) => ctime !== times[at]?.[0] || mtime !== times[at]?.[1]),
  }
}
