import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makePrivate } from '../../files/cache-folder.ts'
import { hashOf, readKnown, readSealed, writeSealed, writeWhole } from '../../files/checked-file.ts'
import type { PackContent } from './pack.ts'
import { isAbsent, isCurrent } from './stamps.ts'

/** A pack as the cache holds it. The maps stand apart: nothing but a stack needs them. */
export interface Kept extends PackContent {
  readonly maps: MapsFile
}

export interface MapsFile {
  readonly file: string
  readonly hash: string
}

/** The name under which an entry's pack is kept. */
export const packKey = (entry: string): string => hashOf(entry).slice(0, 24)

const packFile = (folder: string, key: string) => join(folder, `${key}.json`)

/** Whether everything that a pack depended on is as it was then. */
export const isRight = ({ stamps, absent }: PackContent): boolean =>
  stamps.every(isCurrent) && absent.every(isAbsent)

/** The source maps of a pack, by the address of the module; none where they are gone with the rest of a cache. */
export function readMaps({ file, hash }: MapsFile): Readonly<Record<string, string>> {
  const text = readKnown(file, hash)?.toString()
  return text === undefined ? {} : (JSON.parse(text) as Record<string, string>)
}

/**
 * Keeps a pack for the next start.
 * @throws Error when the folder cannot be written, or must not be used.
 */
export function writePack(
  folder: string,
  key: string,
  content: PackContent,
  maps: Readonly<Record<string, string>>,
): MapsFile {
  makePrivate(folder)
  const text = JSON.stringify(maps)
  const hash = hashOf(text)
  // Under a name made of its content: a process that runs what was before still reads those maps.
  const file = join(folder, `${key}-${hash.slice(0, 12)}.maps`)
  const before = readPack(folder, key)?.maps.file
  writeWhole(file, text)
  // By its name alone, so that the folder can be moved.
  const kept: Kept = { ...content, maps: { file: basename(file), hash } }
  writeSealed(packFile(folder, key), JSON.stringify(kept))
  removeOlder(folder, key, [file, before])
  return { file, hash }
}

/** The pack of an earlier start, right or not. */
export function readPack(folder: string, key: string): Kept | undefined {
  const text = readSealed(packFile(folder, key))
  if (text === undefined) return undefined
  const kept = JSON.parse(text.toString()) as Partial<Kept>
  if (!kept.maps || !kept.modules) return undefined
  return { ...(kept as Kept), maps: { ...kept.maps, file: join(folder, String(kept.maps.file)) } }
}

/** Milliseconds for which older maps stay: a start that has read their pack may be about to need them. */
const grace = 60_000

function removeOlder(folder: string, key: string, kept: readonly (string | undefined)[]): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!name.startsWith(`${key}-`) || kept.includes(path)) continue
    const found = statSync(path, { throwIfNoEntry: false })
    if (found && Date.now() - found.mtimeMs > grace) rmSync(path, { recursive: true, force: true })
  }
}
