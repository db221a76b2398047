import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'

/** What user code has read or looked for while it loaded, in the state in which it found it. */
export interface FilesRead {
  /** Files by path, whether or not they are there. */
  files: [path: string, state: string][]
  /** Folders by path, with the names in them. */
  folders: [path: string, names: readonly string[]][]
  /** The files of its program, also those whose names it has made up. */
  modules: readonly string[]
}

/** Bytes up to which a file's content counts; of larger ones size and time. */
const contentLimit = 1_048_576

/** What tells a file's content from another; the same for all files that are not there. */
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

/** The names in a folder, in order; none of a folder that is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(counts).sort()
  } catch {
    return []
  }
}

const counts = (name: string): boolean => !/^[.#]/.test(name) && !isPassing(name)

/** Whether a file is what editors, databases, downloads and logs write as they go, by its name. */
export const isPassing = (name: string): boolean =>
  /~$|\.(?:tmp|temp|swp|swx|lock|log|part|crdownload)$|-(?:journal|wal|shm)$/i.test(name)
