import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

export interface Watched {
  /** Files whose change may change the compiled sources. */
  sources: ReadonlySet<string>
  /** Files whose change always matters: settings, manifests, what `--watch` names. */
  others: ReadonlySet<string>
}

/**
 * Milliseconds after a change at which the file is looked at again. A file is truncated before it is written, and
 * of two events that follow each other closely the second may be lost.
 */
const secondLooks = [30, 120]
/** Milliseconds between looks for a folder that has gone. */
const missingInterval = 250

/**
 * Watches the folders of the files that were really loaded, and tells of changes to those files alone: what the
 * server writes beside them is its own business.
 */
export class Watcher {
  readonly #watcher: FSWatcher
  readonly #changed: (force: boolean) => void
  readonly #missing = new Set<string>()
  #watched: Watched = { sources: new Set(), others: new Set() }
  #folders = new Set<string>()
  #search: NodeJS.Timeout | undefined

  /** @param changed is told whether the change matters even if the compiled sources stay the same. */
  constructor(changed: (force: boolean) => void, failed: (error: unknown) => void) {
    this.#changed = changed
    this.#watcher = watch([], { depth: 0, ignoreInitial: true, atomic: false })
    this.#watcher.on('all', (event, path) => {
      if (event === 'unlinkDir') this.#lost(path)
      else if (this.#matters(path)) this.#note(path)
    })
    this.#watcher.on('error', failed)
  }

  get count(): number {
    return this.#watched.sources.size + this.#watched.others.size
  }

  watch(watched: Watched): void {
    this.#watched = watched
    const folders = new Set([...watched.sources, ...watched.others].map((file) => dirname(file)))
    const added = [...folders].filter((folder) => !this.#folders.has(folder))
    const removed = [...this.#folders].filter((folder) => !folders.has(folder))
    if (added.length > 0) this.#watcher.add(added)
    if (removed.length > 0) this.#watcher.unwatch(removed)
    this.#folders = folders
  }

  /** Watches these as well: what could be read of sources that cannot be compiled. */
  add(sources: Iterable<string>): void {
    this.watch({ ...this.#watched, sources: new Set([...this.#watched.sources, ...sources]) })
  }

  async close(): Promise<void> {
    clearInterval(this.#search)
    await this.#watcher.close()
  }

  #matters(path: string): boolean {
    return this.#watched.sources.has(path) || this.#watched.others.has(path)
  }

  #note(path: string): void {
    const seen = stateOf(path)
    this.#changed(this.#watched.others.has(path))
    for (const wait of secondLooks) {
      const look = () => {
        if (this.#matters(path) && stateOf(path) !== seen) this.#changed(this.#watched.others.has(path))
      }
      setTimeout(look, wait).unref()
    }
  }

  /** A folder that is moved away takes its watch along; what comes back under its name is watched anew. */
  #lost(folder: string): void {
    if (!this.#folders.has(folder)) return
    this.#missing.add(folder)
    this.#watcher.unwatch(folder)
    this.#changed(false)
    this.#search ??= setInterval(() => this.#lookForMissing(), missingInterval).unref()
  }

  #lookForMissing(): void {
    for (const folder of this.#missing) {
      if (!existsSync(folder)) continue
      this.#missing.delete(folder)
      if (this.#folders.has(folder)) this.#watcher.add(folder)
      this.#changed(true)
    }
    if (this.#missing.size > 0) return
    clearInterval(this.#search)
    this.#search = undefined
  }
}

function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats ? `${stats.size} ${stats.mtimeMs} ${stats.ino}` : 'gone'
}
