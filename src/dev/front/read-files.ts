import { existsSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { type FilesRead, namesIn, stateOf } from '../protocol/file-state.ts'
import { Restless } from './restless.ts'

export interface ReadFilesOptions {
  /** Whether the user has named this file with `--watch` or `--ignore`. */
  named: (path: string) => boolean
  /** Called with a file that changes so often that it is no longer watched. */
  restless: (path: string) => void
}

/**
 * The files that the server read while loading, and whether they have changed since, other than by the server itself.
 */
export class ReadFiles {
  #files = new Map<string, string>()
  #folders = new Map<string, readonly string[]>()
  /** Files that the server itself writes. */
  readonly #own = new Set<string>()
  readonly #options: ReadFilesOptions
  readonly #changes = new Restless(60, 60_000)
  /** Changes during loading, which the server may have made itself. */
  readonly #whileLoading = new Restless(5, Number.POSITIVE_INFINITY)

  constructor(options: ReadFilesOptions) {
    this.#options = options
  }

  /** The folders to watch for changes to these files. */
  get parents(): string[] {
    const above = [...this.#files.keys()].map((path) => dirname(nearest(path)))
    return [...above, ...this.#folders.keys()]
  }

  /** The files, existing or not. */
  get paths(): Iterable<string> {
    return this.#files.keys()
  }

  /**
   * Sets the files that the newest code has read.
   * @param known whether a file is watched anyway.
   * @returns whether a file has changed since it was read.
   */
  use({ files, folders, modules }: FilesRead, known: (path: string) => boolean): boolean {
    const loaded = modules.map((path): [string, string] => [path, stateOf(path)])
    const counts = ([path]: [string, unknown]) =>
      !this.isOwn(path) && !known(path) && !this.#options.named(path)
    this.#files = new Map([...loaded, ...files].filter(counts))
    this.#folders = new Map(folders.filter(([path]) => !this.isOwn(path)))
    const changed = [...this.#files.keys()].filter((path) => this.#fileChanged(path))
    changed.push(...[...this.#folders.keys()].filter((path) => this.#folderChanged(path)))
    this.#whileLoading.forgetOthers(changed)
    return changed.filter((path) => this.#counts(path, this.#whileLoading)).length > 0
  }

  /** Whether the server writes this file itself. */
  isOwn(path: string): boolean {
    return this.#own.has(path)
  }

  /** Records that the server writes this file itself. */
  wrote(path: string): void {
    this.#own.add(path)
    this.#files.delete(path)
    this.#folders.delete(path)
  }

  /** Whether a file or folder differs from what was read; the new state counts as read from now on. */
  changed(path: string): boolean {
    if (this.isOwn(path) || this.#options.named(path)) return false
    if (this.#fileChanged(path) || this.#appeared(path)) return this.#counts(path, this.#changes)
    const folder = [dirname(path), path].find((one) => this.#folderChanged(one))
    return folder !== undefined && this.#counts(folder, this.#changes)
  }

  #fileChanged(path: string): boolean {
    const before = this.#files.get(path)
    if (before === undefined || stateOf(path) === before) return false
    // The same file may have been read under two names, and have events for both.
    for (const one of this.#files.keys())
      if (basename(one) === basename(path)) this.#files.set(one, stateOf(one))
    return true
  }

  #folderChanged(folder: string): boolean {
    const before = this.#folders.get(folder)
    if (!before) return false
    const now = namesIn(folder)
    this.#folders.set(folder, now)
    const others = (names: readonly string[]) =>
      JSON.stringify(names.filter((name) => this.#isOfOthers(join(folder, name))))
    return others(now) !== others(before)
  }

  #isOfOthers(path: string): boolean {
    return !this.isOwn(path) && !this.#options.named(path)
  }

  /** Whether it is a new folder on the path of a file that was looked for. */
  #appeared(path: string): boolean {
    const inIt = [...this.#files].filter(([file, state]) => state === 'gone' && file.startsWith(path + sep))
    if (inIt.length === 0 || !existsSync(path)) return false
    for (const [file] of inIt) this.#files.delete(file)
    return true
  }

  /** Whether a change counts: not if the file changes all the time. */
  #counts(path: string, restless: Restless): boolean {
    if (!restless.isToo(path)) return true
    this.wrote(path)
    this.#options.restless(path)
    return false
  }
}

/** The topmost missing part of a path, or all of it. */
function nearest(path: string): string {
  let missing = path
  while (!existsSync(dirname(missing)) && dirname(missing) !== missing) missing = dirname(missing)
  return missing
}
