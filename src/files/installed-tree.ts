import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readSealed, writeSealed } from './checked-file.ts'
import { strangersIn } from './trust.ts'

/** The stamp of an installed file. Reading all of them would take longer than starting the program. */
type Listed = readonly [path: string, size: number, mtime: number]

const listIn = (home: string) => join(home, '.fastmcp-installed')

/** Records what was installed into a folder, so that damage can be detected. */
export function listTree(home: string): void {
  writeSealed(listIn(home), JSON.stringify(filesIn(home)))
}

/**
 * Whether a folder is complete and unchanged since its installation. A folder of an earlier version without a list is
 * accepted, and recorded from now on.
 */
export function isWholeTree(home: string): boolean {
  try {
    if (!lstatSync(home).isDirectory()) return false
    if (!existsSync(listIn(home))) {
      if (!existsSync(join(home, 'node_modules'))) return false
      listTree(home)
    }
    const list = readSealed(listIn(home))
    return (
      list !== undefined && (JSON.parse(list.toString()) as Listed[]).every((file) => isAsListed(home, file))
    )
  } catch {
    return false
  }
}

/** Replaces a folder, if it exists; processes that run from the old one keep their open files. */
export function replaceTree(draft: string, home: string): void {
  const aside = `${draft}.old`
  if (lstatSync(home, { throwIfNoEntry: false })) renameSync(home, aside)
  renameSync(draft, home)
  rmSync(aside, { recursive: true, force: true })
}

function filesIn(home: string): Listed[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => {
      const path = join(one.parentPath, one.name)
      const { size, mtimeMs } = lstatSync(path)
      return [relative(home, path), size, mtimeMs]
    })
}

function isAsListed(home: string, [path, size, mtime]: Listed): boolean {
  const found = lstatSync(join(home, path))
  return found.size === size && found.mtimeMs === mtime && strangersIn(found) === undefined
}
