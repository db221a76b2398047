import { existsSync, readFileSync, statSync } from 'node:fs'
import { hashOf } from '../../files/checked-file.ts'

/** A file as it was when something was made of it. */
export interface Stamp {
  readonly path: string
  readonly size: number
  readonly mtime: number
  /** Hash of the content, which decides when only the time differs. */
  readonly hash: string
}

/** @returns `undefined` for a file that has gone. */
export function stampOf(path: string): Stamp | undefined {
  try {
    const { size, mtimeMs } = statSync(path)
    return { path, size, mtime: mtimeMs, hash: hashOf(readFileSync(path)) }
  } catch {
    return undefined
  }
}

/** Compares size and time; reads the file only when the time alone differs. */
export function isCurrent({ path, size, mtime, hash }: Stamp): boolean {
  try {
    const now = statSync(path)
    if (now.size !== size) return false
    return now.mtimeMs === mtime || hashOf(readFileSync(path)) === hash
  } catch {
    return false
  }
}

export const isAbsent = (path: string): boolean => !existsSync(path)
