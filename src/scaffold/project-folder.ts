import { existsSync, lstatSync, readdirSync, type Stats } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { shown } from '../options/option.ts'
import { codeOf, messageOf, usageError } from '../terminal/errors.ts'

/** What stands where a project is to be made. */
export type Target = 'free' | 'empty' | 'files' | 'project'

/** Files of a folder that has only just been made, by a host or an editor. */
const harmless = new Set(['.git', '.DS_Store', '.idea', 'Thumbs.db'])

/** Names that Windows keeps for devices, whatever their ending. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * The folder that was typed, as an absolute path.
 * @throws CliError (exit 2) for a path that is no plain one.
 */
export function checkedFolder(typed: string, cwd: string): string {
  if (/[\x00-\x1f]/.test(typed))
    throw usageError(`"${shown(typed)}" contains characters that are invalid in folder names`)
  if (typed.startsWith('~'))
    throw usageError(`"${shown(typed)}": write the path in full; ~ was not replaced by the shell`)
  const folder = resolve(cwd, typed)
  const inside = relative(cwd, folder)
  const parts = (inside.startsWith('..') || isAbsolute(inside) ? basename(folder) : inside).split(sep)
  for (const part of parts) {
    if (deviceName.test(part) || /[. ]$/.test(part) || Buffer.byteLength(part) > 255) {
      throw usageError(`"${shown(part)}" cannot be a folder on every system`)
    }
  }
  return folder
}

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

/** The first few names in a folder, for a message. */
export function namesIn(folder: string): string {
  const names = readdirSync(folder).filter((name) => !harmless.has(name))
  return names.slice(0, 5).map(shown).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}

/**
 * Checks a name by npm's rules, under which it is also safe in every file of a template.
 * @throws CliError (exit 2) saying what is wrong with it.
 */
export function checkedName(name: string): string {
  const fault = faultOf(name)
  if (fault === undefined) return name
  const near = nearName(name)
  const details =
    faultOf(near) === undefined ? [`  ${near} would do; --name gives it another than its folder's`] : []
  throw usageError(`"${shown(name)}" cannot be the project's name: ${fault}`, ...details)
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw usageError(
      `${shown(path)} cannot be a folder: ${codeOf(error) === 'ENOTDIR' ? 'a file is in the way' : messageOf(error)}`,
    )
  }
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

/** The name with small letters of this alphabet alone. */
const nearName = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._ -]+$/g, '')
    .slice(0, 100)

function faultOf(name: string): string | undefined {
  if (name.length > 214) return 'it is longer than 214 characters'
  if (deviceName.test(name)) return 'it is a reserved device name on Windows'
  if (['node_modules', 'favicon.ico'].includes(name)) return 'it is reserved by npm'
  if (/^[._-]/.test(name)) return 'it must begin with a letter or digit'
  if (/[. ]$/.test(name)) return 'it must not end in a dot or space'
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) return 'use lowercase letters, digits, "-", "_" and "."'
  return undefined
}
