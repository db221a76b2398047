import { existsSync, lstatSync, readdirSync, type Stats } from 'node:fs'
import { dirname, isAbsolute, relative } from 'node:path'
import { shown } from '../options/option.ts'
import { codeOf, messageOf, usageError } from '../terminal/errors.ts'

/** What stands where a project is to be made. */
export type Target = 'free' | 'empty' | 'files' | 'project'

/** Files of a folder that has only just been made, by a host or an editor. */
const harmless = new Set(['.git', '.DS_Store', '.idea', 'Thumbs.db'])

/**
 * Looks at the place for a project.
 * @throws CliError (exit 2) when it is a file, or a link stands in the way.
 */
export function lookAt(folder: string, cwd: string): Target {
  // From the top down: what is below a file cannot even be looked at.
  for (const path of [...between(folder, cwd).reverse(), folder]) {
    const stats = statOf(path)
    if (stats?.isSymbolicLink()) throw usageError(`${shown(path)} is a link; name the folder it leads to`)
    if (stats && !stats.isDirectory()) throw usageError(`${shown(path)} is a file, where a folder is needed`)
  }
  if (!existsSync(folder)) return 'free'
  const names = readdirSync(folder)
  if (names.includes('package.json')) return 'project'
  return names.every((name) => harmless.has(name)) ? 'empty' : 'files'
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw usageError(
      `${shown(path)} cannot be a folder: ${codeOf(error) === 'ENOTDIR' ? 'a file is in its way' : messageOf(error)}`,
    )
  }
}

/** The first few names in a folder, for a message. */
export function namesIn(folder: string): string {
  const names = readdirSync(folder).filter((name) => !harmless.has(name))
  return names.slice(0, 5).map(shown).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}

/** The folders from the working directory down to this one; of one elsewhere, its parent. */
function between(folder: string, cwd: string): string[] {
  const inside = relative(cwd, folder)
  if (inside === '') return []
  if (inside.startsWith('..') || isAbsolute(inside)) return [dirname(folder)]
  const above: string[] = []
  for (let at = dirname(folder); at.length > cwd.length; at = dirname(at)) above.push(at)
  return above
}
