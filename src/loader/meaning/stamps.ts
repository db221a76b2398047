import { readFileSync, statSync } from 'node:fs'
import { hashOf } from '../../files/checked-file.ts'

/** The state of a file when it was used. */
export interface Stamp {
  readonly path: string
  readonly size: number
  readonly mtime: number
  /** The inode change time: tools that copy and unpack files set mtime, but never this. */
  readonly ctime?: number
  /** Hash of the content, which decides if only a time differs; without it mtime decides. */
  readonly hash?: string
}

/** The stamp of a file, without reading its content. */
export function stampOf(path: string): Stamp {
  const { size, mtimeMs, ctimeMs } = statSync(path)
  return { path, size, mtime: mtimeMs, ctime: ctimeMs }
}

/** The bytes of a file, and its stamp when they were read. */
export function readStamped(path: string): { bytes: Buffer; stamp: Stamp } {
  // The stamp is taken first: a file that is written meanwhile must appear older than it is, never newer.
  const stamp = stampOf(path)
  const bytes = readFileSync(path)
  return { bytes, stamp: { ...stamp, hash: hashOf(bytes) } }
}

/** Whether a file is unchanged. */
export const isCurrent = (stamp: Stamp): boolean => compare(stamp) !== 'changed'

/** Whether all files are unchanged, and whether some stamps were renewed. */
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
 * Compares size and times; reads the file only if just a time differs, and then renews the stamp: a tool that
 * hard-links files changes the times of all.
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
