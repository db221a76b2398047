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

/** Whether a file is as it was. */
export const isCurrent = (stamp: Stamp): boolean => compare(stamp) !== 'changed'

/** Whether all files are as they were, and whether the times of some have been renewed. */
export function compareAll(stamps: readonly Stamp[]): { current: boolean; renewed: boolean } {
  let renewed = false
  for (const stamp of stamps) {
    const found = compare(stamp)
    if (found === 'changed') return { current: false, renewed: false }
    renewed ||= found === 'renewed'
  }
  return { current: true, renewed }
}

/**
 * Compares size and times; reads the file only when a time alone differs, and then takes what it is like now into the
 * stamp: a tool that links files changes the time of all.
 */
function compare(stamp: Stamp): 'same' | 'renewed' | 'changed' {
  const { path, size, mtime, ctime, hash } = stamp
  try {
    const now = stampOf(path)
    if (now.size !== size) return 'changed'
    if (hash === undefined) return now.mtime === mtime ? 'same' : 'changed'
    if (now.mtime === mtime && now.ctime === ctime) return 'same'
    if (hashOf(readFileSync(path)) !== hash) return 'changed'
    Object.assign(stamp, now)
    return 'renewed'
  } catch {
    return 'changed'
  }
}
