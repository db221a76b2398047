import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import { shown } from '../options/option.ts'
import { usageError } from '../terminal/errors.ts'

/** Names that Windows keeps for devices, whatever their ending. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

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
  if (deviceName.test(name)) return 'Windows keeps it for a device'
  if (['node_modules', 'favicon.ico'].includes(name)) return 'npm keeps it for itself'
  if (/^[._-]/.test(name)) return 'it must begin with a letter or digit'
  if (/[. ]$/.test(name)) return 'it must not end in a dot or space'
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) return 'use small letters, digits, "-", "_" and "."'
  return undefined
}

/**
 * The folder that was typed, as an absolute path.
 * @throws CliError (exit 2) for a path that is no plain one.
 */
export function checkedFolder(typed: string, cwd: string): string {
  if (/[\x00-\x1f]/.test(typed)) throw usageError(`"${shown(typed)}" holds characters that no folder has`)
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
