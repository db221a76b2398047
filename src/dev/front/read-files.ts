import { existsSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { type FilesRead, namesIn, stateOf } from '../protocol/file-state.ts'
import { Restless } from './restless.ts'

export interface ReadFilesOptions {
  /** Whether the user has said what a change of this file means. */
  named: (path: string) => boolean
  /** Is told of a file that changes so often that it is watched no more. */
  restless: (path: string) => void
}

/** What the server has read while it loaded, and whether that has changed since for somebody else's reasons. */
export class ReadFiles {
  #files = new Map<string, string>()
  #folders = new Map<string, readonly string[]>()
  /** What the server itself writes. */
  readonly #own = new Set<string>()
  readonly #options: ReadFilesOptions
  readonly #changes = new Restless(60, 60_000)
  /** Of files that are not the same any more by the time the server has loaded: it may be its own doing. */
  readonly #whileLoading = new Restless(5, Number.POSITIVE_INFINITY)

  constructor(options: ReadFilesOptions) {
    this.#options = options
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
   * @returns whether something has changed since it read it.
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

  /** The server writes this file itself. */
  wrote(path: string): void {
    this.#own.add(path)
    this.#files.delete(path)
    this.#folders.delete(path)
  }

  /** Whether what stands at a path, or what a folder holds, differs from what was read; counts as read from now on. */
  changed(path: string): boolean {
    if (this.isOwn(path) || this.#options.named(path)) return false
    if (this.#fileChanged(path) || this.#appeared(path)) return this.#counts(path, this.#changes)
    const folder = [dirname(path), path].find((one) => this.#folderChanged(one))
    return folder !== undefined && this.#counts(folder, this.#changes)
  }

  #fileChanged(path: string): boolean {
    const before = this.#files.get(path)
    if (before === undefined || stateOf(path) === before) return false
    // The same file may have been read by two names, and be told of by both.
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

  /** Whether it is a folder in which, deeper down, a file was looked for. */
  #appeared(path: string): boolean {
    const inIt = [...this.#files].filter(([file, state]) => state === 'gone' && file.startsWith(path + sep))
    if (inIt.length === 0 || !existsSync(path)) return false
    for (const [file] of inIt) this.#files.delete(file)
    return true
  }

  /** Whether a change counts: not of what changes all the time. */
  #counts(path: string, restless: Restless): boolean {
    if (!restless.isToo(path)) return true
    this.wrote(path)
    this.#options.restless(path)
    return false
  }
}

/** The first part of a path that is not there, or all of it. */
function nearest(path: string): string {
  let missing = path
  while (!existsSync(dirname(missing)) && dirname(missing) !== missing) missing = dirname(missing)
  return missing
}
