import { dirname } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

export interface Watched {
  /** Files whose change may change the compiled sources. */
  sources: ReadonlySet<string>
  /** Files whose change always matters: settings, manifests, what `--watch` names. */
  others: ReadonlySet<string>
}

/**
 * Watches the folders of the files that were really loaded, and tells of changes to those files alone: what the
 * server writes beside them is its own business.
 */
export class Watcher {
  readonly #watcher: FSWatcher
  #watched: Watched = { sources: new Set(), others: new Set() }
  #folders = new Set<string>()

  constructor(changed: (path: string, force: boolean) => void, failed: (error: unknown) => void) {
    this.#watcher = watch([], {
      depth: 0,
      ignoreInitial: true,
      atomic: false,
      ignored: /[\\/](node_modules|\.git)$/,
    })
    this.#watcher.on('all', (_, path) => {
      if (this.#watched.others.has(path)) changed(path, true)
      else if (this.#watched.sources.has(path)) changed(path, false)
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
  add(sources: ReadonlySet<string>): void {
    this.watch({ ...this.#watched, sources: new Set([...this.#watched.sources, ...sources]) })
  }

  close(): Promise<void> {
    return this.#watcher.close()
  }
}
