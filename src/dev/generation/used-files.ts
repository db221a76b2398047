import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import { cacheLocation } from '../../files/cache-folder.ts'
import type { FileUse } from '../../patches/generation/file-use.ts'
import { type FilesRead, isPassing, namesIn, stateOf } from '../protocol/file-state.ts'

/** Maximum number of files, and of folders, that are tracked. */
const filesLimit = 1_000
const foldersLimit = 200
/** Maximum entries of a tracked folder, and maximum files that the server is known to write. */
const namesLimit = 1_000
const ownLimit = 10_000

/**
 * Tracks the files that user code reads while it loads, and reports those that it writes later, for the front's
 * watcher.
 */
export class UsedFiles {
  readonly #wrote: (path: string) => void
  readonly #files = new Map<string, string>()
  readonly #folders = new Map<string, readonly string[]>()
  /** Files that were opened for writing while loading. */
  readonly #touched = new Set<string>()
  readonly #held = new Set<string>()
  readonly #own = new Set<string>()
  readonly #cache = inside(cacheLocation(process.env))
  #within: readonly string[] = []
  #state: 'before' | 'loading' | 'serving' = 'before'
  /** Set while we read files ourselves. */
  #looking = false
  #lock: string | undefined

  /** @param wrote is called once for each path that the server writes. */
  constructor(wrote: (path: string) => void) {
    this.#wrote = wrote
  }

  /** A lock file that user code found while loading. */
  get lock(): string | undefined {
    return this.#lock
  }

  /** User code starts loading. */
  begin(file: string, cwd: string): void {
    const projects = [projectOf(file), projectOf(join(cwd, 'any'))]
    this.#within = projects.flatMap((folder) => [folder, truePath(folder)]).map(inside)
    this.#state = 'loading'
  }

  /** It has loaded, or failed to. */
  end(): Omit<FilesRead, 'modules'> {
    this.#state = 'serving'
    for (const path of this.#held) this.#keep(path)
    // A file that was read and then written by user code itself must not count as changed.
    for (const path of this.#touched) {
      if (this.#files.has(path)) this.#files.set(path, stateOf(path))
      if (this.#folders.has(dirname(path))) this.#folders.set(dirname(path), namesIn(dirname(path)))
    }
    return { files: [...this.#files], folders: [...this.#folders] }
  }

  readonly note = (use: FileUse, path: string): void => {
    if (this.#state === 'before' || this.#looking) return
    this.#looking = true
    try {
      if (this.#state === 'loading' && isLock(basename(path)) && existsSync(path)) this.#lock ??= path
      if (!this.#isWatched(path)) return
      if (use === 'written' || use === 'held open') this.#noteWrite(path, use)
      else if (this.#state === 'loading') this.#noteRead(path, use)
    } finally {
      this.#looking = false
    }
  }

  #isWatched(path: string): boolean {
    return (
      this.#within.some((folder) => path.startsWith(folder) || `${path}${sep}` === folder) &&
      !/[\\/](?:node_modules|\.git)(?:[\\/]|$)/.test(path) &&
      !path.startsWith(this.#cache)
    )
  }

  #noteWrite(given: string, use: FileUse): void {
    for (const path of new Set([given, truePath(given)])) {
      if (this.#state === 'serving') this.#keepMade(path)
      else this.#touched.add(path)
      if (use === 'held open') this.#held.add(path)
    }
  }

  /** Creating a file may also create its folders. */
  #keepMade(path: string): void {
    this.#keep(path)
    if (!existsSync(dirname(path)) && dirname(path) !== path) this.#keepMade(dirname(path))
  }

  #keep(path: string): void {
    if (this.#own.has(path) || this.#own.size >= ownLimit) return
    this.#own.add(path)
    this.#wrote(path)
  }

  #noteRead(path: string, use: FileUse): void {
    const stats = statSync(path, { throwIfNoEntry: false })
    // A file that is only checked for may be anything, such as a database that changes with every call.
    if ((stats && use === 'looked for') || isPassing(path)) return
    if (stats?.isDirectory()) this.#noteFolder(realpathSync(path), use === 'read deep')
    // Tracks the link as well: a changed target is a change of content.
    else if (!stats || stats.isFile()) for (const one of new Set([path, truePath(path)])) this.#noteFile(one)
  }

  #noteFile(path: string): void {
    if (!this.#files.has(path) && this.#files.size < filesLimit) this.#files.set(path, stateOf(path))
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
}

/** Whether a file of this name signals a running program; lock files of package managers do not. */
const isLock = (name: string): boolean =>
  /(?:^|[._-])(?:lock|pid)(?:file)?$/i.test(name) &&
  !/^(?:yarn|bun|deno|cargo|poetry|gemfile|composer|flake|uv|pipfile|podfile|mix)\.lock$/i.test(name)

/** A folder as a path prefix. */
const inside = (folder: string): string => (folder.endsWith(sep) ? folder : folder + sep)

/** A path with symlinks resolved, as far as it exists. */
function truePath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return dirname(path) === path ? path : join(truePath(dirname(path)), basename(path))
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
