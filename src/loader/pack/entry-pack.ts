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
  /** Whether to read the cache of earlier starts, and to write it. */
  cache: boolean
  env: NodeJS.ProcessEnv
  /** The compiler's version, which a cached pack must match. */
  version: string
  /** Called with the reason why the cache is not used. */
  onUncached?: (why: string) => void
}

/** A pack as the cache holds it. */
export interface KeptPack extends Packed {
  /** The version that created it; another version recreates it. */
  readonly compiler: string
  /** The stamps of all files that were read. */
  readonly stamps: readonly Stamp[]
  /** Files that did not exist; one that appears may change the result. */
  readonly absent: readonly string[]
  /** Source maps are in a separate file, since only stack traces need them. */
  readonly maps: MapsFile
  /** The program's other files that were loaded completely, if known: with other content, loading may never end. */
  readonly ran?: readonly Stamp[] | undefined
}

interface MapsFile {
  /** Only its name, so that the folder can be moved. */
  readonly file: string
  readonly hash: string
}

/** Incremented when the format of a pack changes. */
const packFormat = 10

/** The cached pack of one entry. */
export class EntryPack {
  /** The cache folder, if the cache is used. */
  readonly folder: string | undefined
  readonly #options: PackOptions
  /** The cache key. */
  readonly #key: string
  readonly #compiler: string
  #maps: MapsFile | undefined

  /** @param entry path of the entry file. */
  constructor(entry: string, options: PackOptions) {
    this.folder = options.cache ? cacheFolder(options.env, options.onUncached) : undefined
    this.#options = options
    this.#key = hashOf(entry).slice(0, 24)
    this.#compiler = `${options.version} format ${packFormat} node ${process.versions.node.split('.')[0]}`
  }

  /**
   * Reads the pack of an earlier start.
   * @returns the packages that the program had then, and everything else if all its dependencies are unchanged.
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
   * Writes what has been found since, for the next start; failing that, the next start is only as fast as this one.
   * @param files the program's own files that have been loaded completely, if known.
   */
  keep({ pack, project }: OwnModules, files?: readonly string[]): void {
    if (this.folder === undefined || !pack.changed) return
    const { stamps, absent } = project.lookup
    try {
      makePrivate(this.folder)
      const text = JSON.stringify({ ...this.maps(), ...Object.fromEntries(pack.maps) })
      const hash = hashOf(text)
      // Named by its content: a running process may still read its older maps.
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

  /** The source maps of an earlier start; empty if the cache was cleared. */
  maps(): Readonly<Record<string, string>> {
    if (!this.#maps || this.folder === undefined) return {}
    const text = readKnown(join(this.folder, this.#maps.file), this.#maps.hash)?.toString()
    return text === undefined ? {} : (JSON.parse(text) as Record<string, string>)
  }
}

/** Excludes files that were written after this process started: it may not have loaded that content. */
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

/** Milliseconds for which older maps are retained: another process may have just read their pack. */
const grace = 60_000

/** Removes older maps except the newest, which a server that is still running may need. */
function removeOlder(folder: string, key: string, current: string): void {
  const older = readdirSync(folder)
    .filter((name) => name.startsWith(`${key}-`) && name !== current)
    .map((name) => join(folder, name))
    .map((path) => ({ path, time: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.time - one.time)
  for (const { path, time } of older.slice(1))
    if (Date.now() - time > grace) rmSync(path, { recursive: true, force: true })
}
