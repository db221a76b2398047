import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readSealed, writeSealed } from './checked-file.ts'
import { strangersIn } from './trust.ts'

/** A file as it was installed. To read them all would take longer than what runs from them takes to start. */
type Listed = readonly [path: string, size: number, mtime: number]

const listIn = (home: string) => join(home, '.fastmcp-installed')

/** Writes down what has been installed into a folder, so that damage shows. */
export function listTree(home: string): void {
  writeSealed(listIn(home), JSON.stringify(filesIn(home)))
}

/**
 * Whether a folder holds all that was installed into it, as it was then. One that an earlier version has installed,
 * which kept no list, is taken as it is from now on.
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

/** Puts a folder in the place of another, if need be; whoever is running from that one keeps its open files. */
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
