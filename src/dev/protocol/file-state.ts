import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'

/** The files that user code read or looked for while loading, with their state at that time. */
export interface FilesRead {
  /** Files by path, existing or not. */
  files: [path: string, state: string][]
  /** Folders by path, with their entries. */
  folders: [path: string, names: readonly string[]][]
  /** The files of its program, including those with computed names. */
  modules: readonly string[]
}

/** Maximum bytes for comparing a file by content; larger ones are compared by size and time. */
const contentLimit = 1_048_576

/** Identifies a file's content; the same for all missing files. */
export function stateOf(path: string): string {
  try {
    const stats = statSync(path)
    if (!stats.isFile()) return 'no file'
    if (stats.size > contentLimit) return `${stats.size} ${stats.mtimeMs} ${stats.ino}`
    return createHash('sha1').update(readFileSync(path)).digest('base64')
  } catch {
    return 'gone'
  }
}

/** The sorted entries of a folder; empty if it does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(counts).sort()
  } catch {
    return []
  }
}

const counts = (name: string): boolean => !/^[.#]/.test(name) && !isPassing(name)

/** Whether a file name is typical of temporary files of editors, databases, downloads and logs. */
export const isPassing = (name: string): boolean =>
  /~$|\.(?:tmp|temp|swp|swx|lock|log|part|crdownload)$|-(?:journal|wal|shm)$/i.test(name)
