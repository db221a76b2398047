import { lstatSync, type Stats, statSync } from 'node:fs'
import { codeOf, messageOf } from '../terminal/errors.ts'

/** Rights that let others than the owner write. */
const writable = 0o022

/**
 * Why what is in a folder must not be run: somebody else may have put it there.
 * @param rights which rights others must not have; without any, only those to write.
 * @returns `undefined` for a folder that is this user's alone, and for one that is not there.
 */
export function distrustOf(folder: string, rights = writable): string | undefined {
  try {
    const link = lstatSync(folder)
    // Whoever owns a link decides where it leads.
    if (link.isSymbolicLink() && isStrangers(link) && link.uid !== 0) return 'it is a link of another user'
    const found = statSync(folder)
    if (!found.isDirectory()) return 'it is not a folder'
    return strangersIn(found, rights)
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : messageOf(error)
  }
}

/** The same for a file or folder that has been looked at. Windows keeps a person's folders to that person. */
export function strangersIn(found: Stats, rights = writable): string | undefined {
  if (process.geteuid === undefined) return undefined
  if (isStrangers(found)) return 'it belongs to another user'
  return (found.mode & rights) === 0 ? undefined : 'others have rights to it'
}

const isStrangers = ({ uid }: Stats) => process.geteuid !== undefined && uid !== process.geteuid()
