import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, makePrivate } from '../../files/cache-folder.ts'
import {
  hashOf,
  readKnown,
  readSealed,
  renewSealed,
  writeSealed,
  writeWhole,
} from '../../files/checked-file.ts'
import { messageOf } from '../../terminal/errors.ts'
import { compareAll, type Stamp, stampOf } from '../meaning/stamps.ts'
import type { OwnModules } from './own-modules.ts'
import type { Packed } from './pack.ts'

export interface PackOptions {
  /** Go on from what an earlier start has kept, and keep what this one makes. */
  cache: boolean
  env: NodeJS.ProcessEnv
  /** The compiler's version, part of what makes a kept pack right. */
  version: string
  /** Is told why the cache is not used. */
  onUncached?: (why: string) => void
}

/** A pack as the cache holds it. */
export interface KeptPack extends Packed {
  /** What made it; another version makes it again. */
  readonly compiler: string
  /** Every file that was read, as it was then. */
  readonly stamps: readonly Stamp[]
  /** Files that were looked for and were not there; one that appears may change the outcome. */
  readonly absent: readonly string[]
  /** The maps stand apart: nothing but a stack needs them. */
  readonly maps: MapsFile
  /** What else was loaded of the program's own, to its end, where that is known: another content may never end. */
  readonly ran?: readonly Stamp[] | undefined
}

interface MapsFile {
  /** Its name alone, so that the folder can be moved. */
  readonly file: string
  readonly hash: string
}

/** Raised when what is kept of a program changes its form. */
const packFormat = 9

/** The pack of one entry: where it is kept, and what has been kept of it. */
export class EntryPack {
  /** The folder it is kept in, if it is kept. */
  readonly folder: string | undefined
  readonly #options: PackOptions
  /** The name under which it is kept. */
  readonly #key: string
  readonly #compiler: string
  #maps: MapsFile | undefined

  /** @param entry path of the file that a program begins with. */
  constructor(entry: string, options: PackOptions) {
    this.folder = options.cache ? cacheFolder(options.env, options.onUncached) : undefined
    this.#options = options
    this.#key = hashOf(entry).slice(0, 24)
    this.#compiler = `${options.version} format ${packFormat} node ${process.versions.node.split('.')[0]}`
  }

  /**
   * What an earlier start has kept.
   * @returns the packages that the program had then, and all the rest where everything it depended on is as it was.
   */
  read(): { kept: KeptPack | undefined; packages: readonly string[] } {
    if (this.folder === undefined) return { kept: undefined, packages: [] }
    const file = packFile(this.folder, this.#key)
    const text = readSealed(file)
    const found = text && (JSON.parse(text.toString()) as Partial<KeptPack>)
    if (!found?.maps || !found.modules) return { kept: undefined, packages: [] }
    const kept = found as KeptPack
    const { current, renewed } = compareAll(kept.stamps)
    const isRight = kept.compiler === this.#compiler && current && !kept.absent.some(existsSync)
    if (isRight) this.#maps = kept.maps
    if (isRight && renewed) renewSealed(file, JSON.stringify(kept))
    return { kept: isRight ? kept : undefined, packages: found.packages ?? [] }
  }

  /**
   * Keeps what has been found since, for the next start; without it that one is like this one.
   * @param files those of the program's own that have been loaded to their end, where that is known.
   */
  keep({ pack, project }: OwnModules, files?: readonly string[]): void {
    if (this.folder === undefined || !pack.changed) return
    const { stamps, absent } = project.lookup
    try {
      makePrivate(this.folder)
      const text = JSON.stringify({ ...this.maps(), ...Object.fromEntries(pack.maps) })
      const hash = hashOf(text)
      // Under a name made of its content: a process that runs what was before still reads those maps.
      const file = `${this.#key}-${hash.slice(0, 12)}.maps`
      writeWhole(join(this.folder, file), text)
      const maps = { file, hash }
      const ran = files && ranBefore(files, stamps)
      const kept: KeptPack = { compiler: this.#compiler, ...pack.content(), stamps, absent, maps, ran }
      writeSealed(packFile(this.folder, this.#key), JSON.stringify(kept))
      this.#maps = maps
      pack.changed = false
      removeOlder(this.folder, this.#key, file)
    } catch (error) {
      this.#options.onUncached?.(`the compiled server is not cached: ${messageOf(error)}`)
    }
  }

  /** The source maps that an earlier start has kept; none where they are gone with the rest of a cache. */
  maps(): Readonly<Record<string, string>> {
    if (!this.#maps || this.folder === undefined) return {}
    const text = readKnown(join(this.folder, this.#maps.file), this.#maps.hash)?.toString()
    return text === undefined ? {} : (JSON.parse(text) as Record<string, string>)
  }
}

/** One that has been written since this process began may not be what it has loaded: no time is right for that. */
function ranBefore(files: readonly string[], stamps: readonly Stamp[]): Stamp[] {
  const known = new Set(stamps.map(({ path }) => path))
  return files
    .filter((file) => !known.has(file))
    .map((file) => {
      const stamp = existsSync(file) ? stampOf(file) : { path: file, size: 0, mtime: 0 }
      return stamp.mtime < performance.timeOrigin ? stamp : { ...stamp, mtime: 0 }
    })
}

const packFile = (folder: string, key: string) => join(folder, `${key}.json`)

/** Milliseconds for which older maps stay: a start that has read their pack may be about to need them. */
const grace = 60_000

/** Removes older maps, save the newest of them: those of a server that has been started before and still runs. */
function removeOlder(folder: string, key: string, current: string): void {
  const older = readdirSync(folder)
    .filter((name) => name.startsWith(`${key}-`) && name !== current)
    .map((name) => join(folder, name))
    .map((path) => ({ path, time: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.time - one.time)
  for (const { path, time } of older.slice(1))
    if (Date.now() - time > grace) rmSync(path, { recursive: true, force: true })
}
