import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import type { FilesRead } from '../protocol/file-state.ts'
import type { Globs } from './globs.ts'
import { ReadFiles } from './read-files.ts'

export interface WatcherOptions {
  /** Called with whether the change matters even if the compiled sources are the same. */
  changed: (force: boolean) => void
  /** Called when the system cannot watch so many files or this kind of folder, and polling starts. */
  polling: (error: unknown) => void
  /** Whether to poll from the start. */
  poll: boolean
  /** Called with a file that changes all the time, and is no longer watched. */
  restless: (path: string) => void
  /** Additional files to watch. */
  also: Globs
  never: Globs
}

export interface Watched {
  /** Source files, whose change may change the compiled code. */
  sources: ReadonlySet<string>
  /** Files whose change always matters: settings, manifests, what `--watch` names. */
  others: ReadonlySet<string>
}

/**
 * Milliseconds after an event at which the file is checked again. Files are truncated before they are written, and the
 * second of two events in quick succession may be lost.
 */
const secondLooks = [30, 120]
/** Milliseconds for the server to report that it made a change itself. */
const ownTime = 30
/** Milliseconds after which a new folder is watched. */
const foundTime = 50
/** Milliseconds between checks for a folder that has disappeared. */
const missingInterval = 250

const common = { ignoreInitial: true, atomic: false }

/**
 * Watches the folders of the files that were actually loaded, and reports changes of those files only, not of other
 * files that the server writes there.
 */
export class Watcher {
  #watcher: FSWatcher
  #others: FSWatcher | undefined
  readonly #options: WatcherOptions
  readonly #missing = new Set<string>()
  readonly #read: ReadFiles
  #watched: Watched = { sources: new Set(), others: new Set() }
  #folders = new Set<string>()
  #search: NodeJS.Timeout | undefined
  #closed = false
  #polls: boolean

  constructor(options: WatcherOptions) {
    this.#options = options
    this.#polls = options.poll
    this.#read = new ReadFiles({ named: (path) => this.#isNamed(path), restless: options.restless })
    this.#watcher = this.#watchLoaded()
    this.#others = this.#watchAlso()
  }

  /** The number of watched files, without missing ones. */
  get count(): number {
    const { sources, others } = this.#watched
    return [...new Set([...sources, ...others, ...this.#read.paths])].filter((path) => existsSync(path))
      .length
  }

  watch(watched: Watched): void {
    this.#watched = watched
    this.#watchFolders()
  }

  /** Watches the files that the newest code read while loading. */
  watchRead(read: FilesRead): void {
    const { sources, others } = this.#watched
    const changed = this.#read.use(read, (path) => sources.has(path) || others.has(path))
    this.#watchFolders()
    if (changed) this.#options.changed(true)
  }

  /** Ignores a file that the server writes itself, even if it has read it. */
  wrote(path: string): void {
    this.#read.wrote(path)
  }

  #watchFolders(): void {
    const { sources, others } = this.#watched
    const folders = new Set([...[...sources, ...others].map((file) => dirname(file)), ...this.#read.parents])
    const added = [...folders].filter((folder) => !this.#folders.has(folder))
    const removed = [...this.#folders].filter((folder) => !folders.has(folder))
    if (added.length > 0) this.#watcher.add(added)
    if (removed.length > 0) this.#watcher.unwatch(removed)
    this.#folders = folders
  }

  /** Also watches these: the sources that were read before compiling failed. */
  add(sources: Iterable<string>): void {
    this.watch({ ...this.#watched, sources: new Set([...this.#watched.sources, ...sources]) })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#search)
    await Promise.all([this.#watcher.close(), this.#others?.close()])
  }

  #watchLoaded(): FSWatcher {
    const watcher = watch([...this.#folders], { ...common, depth: 0, usePolling: this.#polls })
    watcher.on('all', (event, path) => {
      if (event === 'unlinkDir' && this.#folders.has(path)) this.#lost(path)
      else if (event === 'addDir' && this.#folders.has(path)) this.#found(path)
      else if (this.#matters(path)) this.#note(path)
      else this.#noteRead(path)
    })
    return watcher.on('error', (error) => this.#poll(error))
  }

  #watchAlso(): FSWatcher | undefined {
    const { also, never } = this.#options
    if (also.bases.length === 0) return undefined
    const ignored = (path: string) => /[\\/](node_modules|\.git)([\\/]|$)/.test(path) || never.match(path)
    const watcher = watch([...also.bases], { ...common, ignored, usePolling: this.#polls })
    watcher.on('all', (_, path) => {
      if (also.match(path)) this.#options.changed(true)
    })
    return watcher.on('error', (error) => this.#poll(error))
  }

  /** Falls back to polling. */
  #poll(error: unknown): void {
    if (this.#polls || this.#closed) return
    this.#polls = true
    this.#options.polling(error)
    void Promise.allSettled([this.#watcher.close(), this.#others?.close()])
    this.#watcher = this.#watchLoaded()
    this.#others = this.#watchAlso()
  }

  #matters(path: string): boolean {
    if (this.#options.never.match(path)) return false
    return this.#watched.sources.has(path) || this.#watched.others.has(path)
  }

  #note(path: string): void {
    const seen = stateOf(path)
    const tell = () => this.#options.changed(this.#watched.others.has(path))
    // Most likely it is truncated in the middle of a write: loading it would waste the spare process.
    const empty = isEmpty(seen)
    if (!empty) tell()
    for (const wait of secondLooks) {
      const stays = empty && wait === secondLooks.at(-1)
      const look = () => {
        if (this.#matters(path) && (stays || stateOf(path) !== seen)) tell()
      }
      setTimeout(look, wait).unref()
    }
  }

  /** Whether the user has named it with `--watch` or `--ignore`. */
  #isNamed(path: string): boolean {
    return this.#options.never.match(path) || this.#options.also.match(path)
  }

  #noteRead(path: string): void {
    for (const wait of [ownTime, ...secondLooks.map((look) => look + ownTime)]) {
      const look = () => !this.#closed && this.#read.changed(path) && this.#options.changed(true)
      // After messages of the server about it that have arrived by then.
      setTimeout(() => setImmediate(look), wait).unref()
    }
  }

  /** A missing folder has appeared; files created before it is watched have no events. */
  #found(folder: string): void {
    const look = () => !this.#closed && !this.#read.isOwn(folder) && this.#options.changed(true)
    setTimeout(look, foundTime).unref()
  }

  /** A folder that is moved away takes its watch along; a new folder of that name is watched again. */
  #lost(folder: string): void {
    this.#missing.add(folder)
    this.#watcher.unwatch(folder)
    if (!this.#read.isOwn(folder)) this.#options.changed(false)
    this.#search ??= setInterval(() => this.#lookForMissing(), missingInterval).unref()
  }

  #lookForMissing(): void {
    for (const folder of this.#missing) {
      if (!existsSync(folder)) continue
      this.#missing.delete(folder)
      if (this.#folders.has(folder)) this.#watcher.add(folder)
      if (!this.#read.isOwn(folder)) this.#options.changed(true)
    }
    if (this.#missing.size > 0) return
    clearInterval(this.#search)
    this.#search = undefined
  }
}

const isEmpty = (state: string): boolean => state.startsWith('0 ')

function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats ? `${stats.size} ${stats.mtimeMs} ${stats.ino}` : 'gone'
}
