import { existsSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { type FilesRead, namesIn, stateOf } from '../protocol/file-state.ts'

/** How often in succession one file may be the reason for a reload, within so many milliseconds each. */
const restlessCount = 20
const restlessPause = 2_000

/** What the server has read while it loaded, and whether that has changed since for somebody else's reasons. */
export class ReadFiles {
  #files = new Map<string, string>()
  #folders = new Map<string, readonly string[]>()
  /** What the server itself writes. */
  readonly #own = new Set<string>()
  readonly #restless: (path: string) => void
  #last = { path: '', count: 0, at: 0 }

  /** @param restless is told of a file that changes so often that it is watched no more. */
  constructor(restless: (path: string) => void) {
    this.#restless = restless
  }

  /** The folders in which something may happen to what was read. */
  get parents(): string[] {
    const above = [...this.#files.keys()].map((path) => dirname(nearest(path)))
    return [...above, ...this.#folders.keys()]
  }

  /** The files, whether or not they are there. */
  get paths(): Iterable<string> {
    return this.#files.keys()
  }

  /**
   * Takes what the newest code has read.
   * @param known files that are watched anyway.
   * @returns a path that has changed since it read it.
   */
  use({ files, folders, modules }: FilesRead, known: (path: string) => boolean): string | undefined {
    const loaded = modules
      .filter((path) => !known(path))
      .map((path): [string, string] => [path, stateOf(path)])
    const all = [...loaded, ...files.filter(([path]) => !known(path))]
    this.#files = new Map(all.filter(([path]) => !this.#own.has(path)))
    this.#folders = new Map(folders)
    const paths = [...this.#files.keys(), ...this.#folders.keys()]
    return paths.filter((path) => this.changed(path))[0]
  }

  /** The server writes this file itself. */
  wrote(path: string): void {
    this.#own.add(path)
    this.#files.delete(path)
  }

  /** Whether what stands at a path, or what a folder holds, differs from what was read; counts as read from now on. */
  changed(path: string): boolean {
    if (this.#own.has(path)) return false
    const inFiles = this.#fileChanged(path)
    const inFolder = this.#folderChanged(dirname(path)) || this.#folderChanged(path)
    const appeared = this.#appeared(path)
    if (!inFiles && !inFolder && !appeared) return false
    return this.#isRestful(path)
  }

  #fileChanged(path: string): boolean {
    const before = this.#files.get(path)
    if (before === undefined) return false
    const now = stateOf(path)
    this.#files.set(path, now)
    return now !== before
  }

  #folderChanged(folder: string): boolean {
    const before = this.#folders.get(folder)
    if (!before) return false
    const now = namesIn(folder)
    this.#folders.set(folder, now)
    const others = (names: readonly string[]) =>
      JSON.stringify(names.filter((name) => !this.#own.has(join(folder, name))))
    return others(now) !== others(before)
  }

  /** Whether it is a folder in which, deeper down, a file was looked for. */
  #appeared(path: string): boolean {
    const inIt = [...this.#files.keys()].filter(
      (file) => file.startsWith(path + sep) && this.#files.get(file) === 'gone',
    )
    if (inIt.length === 0 || !existsSync(path)) return false
    for (const file of inIt) this.#files.delete(file)
    return true
  }

  #isRestful(path: string): boolean {
    const now = Date.now()
    const again = this.#last.path === path && now - this.#last.at < restlessPause
    this.#last = { path, count: again ? this.#last.count + 1 : 1, at: now }
    if (this.#last.count <= restlessCount) return true
    this.wrote(path)
    this.#restless(path)
    return false
  }
}

/** The first part of a path that is not there, or all of it. */
function nearest(path: string): string {
  let missing = path
  while (!existsSync(dirname(missing)) && dirname(missing) !== missing) missing = dirname(missing)
  return missing
}
