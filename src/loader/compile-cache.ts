import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../cache-folder.ts'
import { makeFolder } from '../make-folder.ts'
import type { Manifest, Stamp } from './compiled.ts'

export const hashOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/** The name under which an entry's compiled form is kept. */
export const cacheKey = (entry: string): string => hashOf(entry).slice(0, 24)

/** The manifest of an earlier compile, if everything it depended on is as it was then. */
export function readCached(folder: string, key: string, compiler: string): Manifest | undefined {
  let manifest: Manifest
  try {
    manifest = JSON.parse(readFileSync(join(folder, `${key}.json`), 'utf8'))
  } catch {
    return undefined
  }
  if (manifest.compiler !== compiler || !existsSync(manifest.file)) return undefined
  return manifest.stamps.every(isCurrent) && !manifest.absent.some(existsSync) ? manifest : undefined
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
 */
export function writeCached(
  folder: string,
  key: string,
  code: string,
  map: string,
  rest: Omit<Manifest, 'file'>,
): Manifest {
  makeFolder(folder, 0o700)
  const file = join(folder, `${key}-${hashOf(code).slice(0, 12)}.mjs`)
  const before = previousFile(folder, key)
  writeWhole(`${file}.map`, map)
  writeWhole(file, `${code}//# sourceMappingURL=${encodeURIComponent(file.slice(folder.length + 1))}.map\n`)
  const manifest: Manifest = { ...rest, file }
  writeWhole(join(folder, `${key}.json`), JSON.stringify(manifest))
  removeOlder(folder, key, [file, before])
  return manifest
}

/** The form before stays: a process that runs it still reads its map when an error is thrown. */
function removeOlder(folder: string, key: string, kept: readonly (string | undefined)[]): void {
  const stays = (path: string) => kept.some((file) => file !== undefined && path.startsWith(file))
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (name.startsWith(`${key}-`) && !stays(path)) rmSync(path, { force: true })
  }
}

function previousFile(folder: string, key: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, `${key}.json`), 'utf8')) as Manifest).file
  } catch {
    return undefined
  }
}
