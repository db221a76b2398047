import { lstatSync, type Stats, statSync } from 'node:fs'
import { codeOf, messageOf } from '../terminal/errors.ts'

/** Write permissions of group and others. */
const writable = 0o022

/**
 * Why the content of a folder must not be run: another user may have put it there.
 * @param rights permissions that others must not have; by default write permissions.
 * @returns `undefined` for a folder that only this user controls, or that does not exist.
 */
export function distrustOf(folder: string, rights = writable): string | undefined {
  try {
    const link = lstatSync(folder)
    // The owner of a symlink controls its target.
    if (link.isSymbolicLink() && isStrangers(link) && link.uid !== 0) return 'it is a link of another user'
    const found = statSync(folder)
    if (!found.isDirectory()) return 'it is not a folder'
    return strangersIn(found, rights)
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : messageOf(error)
  }
}

/** The same from the stats of a file or folder. On Windows, users' folders are private already. */
export function strangersIn(found: Stats, rights = writable): string | undefined {
  if (process.geteuid === undefined) return undefined
  if (isStrangers(found)) return 'it belongs to another user'
  return (found.mode & rights) === 0 ? undefined : 'others have rights to it'
}

const isStrangers = ({ uid }: Stats) => process.geteuid !== undefined && uid !== process.geteuid()
