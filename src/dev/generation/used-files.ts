import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { cachePlace } from '../../files/cache-folder.ts'
import type { FileUse } from '../../patches/generation/file-use.ts'
import { type FilesRead, isPassing, namesIn, stateOf } from '../protocol/file-state.ts'

/** How many files, and how many folders, are kept in mind. */
const filesLimit = 1_000
const foldersLimit = 200
/** How many names a folder may hold, and how many files the server may be known to write. */
const namesLimit = 1_000
const ownLimit = 10_000

/** Keeps in mind what user code reads while it loads, and tells of what it writes afterwards, for the front to watch. */
export class UsedFiles {
  readonly #wrote: (path: string) => void
  readonly #files = new Map<string, string>()
  readonly #folders = new Map<string, readonly string[]>()
  /** What has been written while loading. */
  readonly #touched = new Set<string>()
  readonly #own = new Set<string>()
  readonly #cache = cachePlace(process.env) + sep
  #within: readonly string[] = []
  #state: 'before' | 'loading' | 'serving' = 'before'
  /** We read as well. */
  #looking = false

  /** @param wrote is told of each file that user code writes once it has loaded, at the first time. */
  constructor(wrote: (path: string) => void) {
    this.#wrote = wrote
  }

  /** User code begins to load. */
  begin(file: string, cwd: string): void {
    this.#within = [projectOf(file), projectOf(join(cwd, 'any'))].map((folder) => folder + sep)
    this.#state = 'loading'
  }

  /** It has loaded, or failed to. */
  end(): Omit<FilesRead, 'modules'> {
    this.#state = 'serving'
    for (const path of this.#touched) this.#lookAgain(path)
    return { files: [...this.#files], folders: [...this.#folders] }
  }

  readonly note = (use: FileUse, path: string): void => {
    if (this.#state === 'before' || this.#looking || !this.#isWatched(path)) return
    this.#looking = true
    try {
      if (use === 'written') this.#noteWrite(path)
      else if (this.#state === 'loading') this.#noteRead(path, use)
    } finally {
      this.#looking = false
    }
  }

  #isWatched(path: string): boolean {
    return (
      this.#within.some((folder) => path.startsWith(folder) || path === folder.slice(0, -1)) &&
      !/[\\/](?:node_modules|\.git)(?:[\\/]|$)/.test(path) &&
      !path.startsWith(this.#cache)
    )
  }

  #noteWrite(path: string): void {
    if (this.#state === 'loading') this.#touched.add(path)
    else if (!this.#own.has(path) && this.#own.size < ownLimit) {
      this.#own.add(path)
      this.#wrote(path)
    }
  }

  #noteRead(path: string, use: FileUse): void {
    const stats = statSync(path, { throwIfNoEntry: false })
    // What is only looked for may be anything, such as a database that changes with every call.
    if ((stats && use === 'looked for') || isPassing(path)) return
    if (stats?.isDirectory()) this.#noteFolder(realpathSync(path), use === 'read deep')
    else if (this.#files.size < filesLimit && (!stats || stats.isFile())) {
      const where = stats ? realpathSync(path) : path
      if (!this.#files.has(where)) this.#files.set(where, stateOf(where))
    }
  }

  #noteFolder(folder: string, deep: boolean): void {
    const names = namesIn(folder)
    if (names.length > namesLimit || this.#folders.size >= foldersLimit) return
    if (!this.#folders.has(folder)) this.#folders.set(folder, names)
    if (!deep) return
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory() && this.#isWatched(join(folder, entry.name)))
        this.#noteFolder(join(folder, entry.name), true)
  }

  /** A file that was read before it was written is not to be taken for one that somebody else has changed since. */
  #lookAgain(path: string): void {
    if (this.#files.has(path)) this.#files.set(path, stateOf(path))
    const folder = dirname(path)
    if (this.#folders.has(folder)) this.#folders.set(folder, namesIn(folder))
  }
}

/** The outermost folder above a file that is a package or a repository, else its own. */
function projectOf(file: string): string {
  const own = dirname(file)
  let project = own
  for (let at = own; at !== dirname(at) && at !== homedir(); at = dirname(at))
    if (existsSync(join(at, 'package.json')) || existsSync(join(at, '.git'))) project = at
  return project
}
