import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cacheFolder, makePrivate, removeTemporary, temporaryFolder } from '../files/cache-folder.ts'
import { hashOf, readKnown, readSealed, writeSealed, writeWhole } from '../files/checked-file.ts'
import { messageOf } from '../terminal/errors.ts'
import type { Compilation, CompileOptions, Manifest, Stamp } from './compiled.ts'

/** The name under which an entry's compiled form is kept. */
export const cacheKey = (entry: string): string => hashOf(entry).slice(0, 24)

/** The manifest of an earlier compile, if everything it depended on is as it was then, and so is what it made. */
export function readCached(folder: string, key: string, compiler: string): Manifest | undefined {
  const manifest = readManifest(folder, key)
  if (manifest?.compiler !== compiler) return undefined
  if (!manifest.stamps.every(isCurrent) || manifest.absent.some(existsSync)) return undefined
  const { file, hash, mapHash } = manifest
  return readKnown(file, hash) && readKnown(`${file}.map`, mapHash) ? manifest : undefined
}

/**
 * Puts what was compiled where Node can import it: into the cache, else where it is gone with this process. Where
 * nothing can be written at all, as in a container whose disk is read-only, it stays in memory.
 */
export function keepCompiled(
  key: string,
  compilation: Compilation,
  { cache, env, onUncached }: Pick<CompileOptions, 'cache' | 'env' | 'onUncached'>,
): Manifest {
  const kept = cache ? () => cacheFolder(env, onUncached) : () => undefined
  const places = [kept, () => temporaryFolder('compiled')]
  for (const place of places) {
    try {
      const folder = place()
      if (folder !== undefined) return writeCached(folder, key, compilation)
    } catch (error) {
      onUncached?.(`the compiled server is not cached: ${messageOf(error)}`)
    }
  }
  removeTemporary('compiled')
  const { code, map, ...rest } = compilation
  // Stacks show it under this name.
  const file = join('/fastmcp', `${key}.mjs`)
  const unkept = { code: `${code}//# sourceURL=${file}\n`, map }
  return { ...rest, file, hash: hashOf(code), mapHash: hashOf(map), unkept }
}

export function stampOf(path: string): Stamp {
  const { size, mtimeMs } = statSync(path)
  return { path, size, mtime: mtimeMs, hash: hashOf(readFileSync(path)) }
}

/** Compares size and time; reads the file only when the time alone differs. */
function isCurrent({ path, size, mtime, hash }: Stamp): boolean {
  try {
    const now = statSync(path)
    if (now.size !== size) return false
    return now.mtimeMs === mtime || hashOf(readFileSync(path)) === hash
  } catch {
    return false
  }
}

/**
 * Keeps a compiled file and its map under names made of their content, so that a process which is just
 * importing an older form is not disturbed, and points the manifest at it last.
 * @throws Error when the folder cannot be written, or must not be used.
 */
function writeCached(folder: string, key: string, { code, map, ...rest }: Compilation): Manifest {
  makePrivate(folder)
  const file = join(folder, `${key}-${hashOf(code).slice(0, 12)}.mjs`)
  const text = `${code}//# sourceMappingURL=${encodeURIComponent(basename(file))}.map\n`
  const before = readManifest(folder, key)?.file
  writeWhole(`${file}.map`, map)
  writeWhole(file, text)
  const manifest: Manifest = { ...rest, file, hash: hashOf(text), mapHash: hashOf(map) }
  // By its name alone, so that the folder can be moved.
  writeSealed(manifestIn(folder, key), JSON.stringify({ ...manifest, file: basename(file) }))
  removeOlder(folder, key, [file, before])
  return manifest
}

const manifestIn = (folder: string, key: string) => join(folder, `${key}.json`)

function readManifest(folder: string, key: string): Manifest | undefined {
  const text = readSealed(manifestIn(folder, key))
  if (text === undefined) return undefined
  const { file, ...rest } = JSON.parse(text.toString()) as Manifest
  return { ...rest, file: join(folder, String(file)) }
}

/** Milliseconds for which an older form stays: a start that has chosen it may be about to import it. */
const grace = 60_000

/** The form before stays longer: a process that runs it still reads its map when an error is thrown. */
function removeOlder(folder: string, key: string, kept: readonly (string | undefined)[]): void {
  const stays = (path: string) => kept.some((file) => file !== undefined && path.startsWith(file))
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!name.startsWith(`${key}-`) || stays(path)) continue
    const found = statSync(path, { throwIfNoEntry: false })
    if (found && Date.now() - found.mtimeMs > grace) rmSync(path, { recursive: true, force: true })
  }
}
