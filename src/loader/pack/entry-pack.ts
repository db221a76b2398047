import { cacheFolder } from '../../files/cache-folder.ts'
import { messageOf } from '../../terminal/errors.ts'
import type { OwnModules } from './own-modules.ts'
import type { PackContent } from './pack.ts'
import { isRight, type MapsFile, packKey, readMaps, readPack, writePack } from './pack-file.ts'

export interface PackOptions {
  /** Go on from what an earlier start has kept, and keep what this one makes. */
  cache: boolean
  env: NodeJS.ProcessEnv
  /** The compiler's version, part of what makes a kept pack right. */
  version: string
  /** Is told why the cache is not used. */
  onUncached?: (why: string) => void
}

/** Raised when what is kept of a program changes its form. */
const packFormat = 7

/** The pack of one entry: where it is kept, and what has been kept of it. */
export class EntryPack {
  /** The folder it is kept in, if it is kept. */
  readonly folder: string | undefined
  /** What an earlier start has kept and is still right. */
  readonly kept: PackContent | undefined
  /** The packages that the program has had, whether or not all of the rest is still right. */
  readonly before: readonly string[]
  readonly #entry: string
  readonly #options: PackOptions
  #maps: MapsFile | undefined

  /** @param entry path of the file that a program begins with. */
  constructor(entry: string, options: PackOptions) {
    this.#entry = entry
    this.#options = options
    this.folder = options.cache ? cacheFolder(options.env, options.onUncached) : undefined
    const kept = this.folder === undefined ? undefined : readPack(this.folder, packKey(entry))
    this.before = kept?.packages ?? []
    this.kept = kept && kept.compiler === this.#compiler && isRight(kept) ? kept : undefined
    this.#maps = this.kept && kept?.maps
  }

  /** Keeps what has been found since, for the next start; without it that one is like this one. */
  keep({ pack, project }: OwnModules): void {
    if (this.folder === undefined || !pack.changed) return
    const { stamps, absent } = project.lookup
    const content = { compiler: this.#compiler, ...pack.content(), stamps, absent }
    try {
      const maps = { ...this.maps(), ...Object.fromEntries(pack.maps) }
      this.#maps = writePack(this.folder, packKey(this.#entry), content, maps)
      pack.changed = false
    } catch (error) {
      this.#options.onUncached?.(`the compiled server is not cached: ${messageOf(error)}`)
    }
  }

  /** The source maps that an earlier start has kept. */
  maps(): Readonly<Record<string, string>> {
    return this.#maps ? readMaps(this.#maps) : {}
  }

  get #compiler(): string {
    return `${this.#options.version} format ${packFormat} node ${process.versions.node.split('.')[0]}`
  }
}
