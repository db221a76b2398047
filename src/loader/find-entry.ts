import { accessSync, constants, existsSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { otherLanguage } from '../files/other-language.ts'
import { shown } from '../options/option.ts'
import { codeOf, loadError, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { otherTool } from './faults/other-tool.ts'
import { installedPackage, isRunnable, isScript, packageEntry, scriptExtensions } from './package-entry.ts'

/** What the user typed to name a server, parsed. */
export interface Spec {
  /** A file, a folder or a package; empty to search the current folder. */
  readonly target: string
  readonly exportName: string | undefined
}

/**
 * Splits `server.ts:name`. The colon of a Windows drive (`C:\server.ts`) belongs to the path, and so does one in the
 * name of an existing file.
 * @throws CliError (exit 2) for an invalid spec.
 */
export function parseSpec(text: string, exists: (path: string) => boolean): Spec {
  if (text.includes('\0')) throw usageError('the server spec contains a NUL byte')
  if (text.length > 4096) throw usageError('the server spec is too long')
  if (/^https?:\/\//i.test(text)) {
    throw usageError(
      `${shown(text)} is a URL, which only fastmcp run, list, call, inspect and install accept`,
    )
  }
  const colon = text.lastIndexOf(':')
  if (colon <= 0 || isDrive(text, colon) || exists(text)) return { target: text, exportName: undefined }
  const exportName = text.slice(colon + 1)
  const target = text.slice(0, colon)
  if (exportName === '')
    throw usageError(`name an export after the colon of ${shown(text)}, such as ${shown(target)}:mcp`)
  return { target, exportName }
}

const isDrive = (text: string, colon: number) => colon === 1 && /^[A-Za-z]:([\\/]|$)/.test(text)

/** The file that a spec means, and the export if one was named. */
export interface Entry {
  readonly file: string
  readonly exportName: string | undefined
  /** The file as messages show it: relative to the working directory if it is within that. */
  readonly shown: string
  /** The binary of a folder's package, if that is another file. */
  readonly bin?: string | undefined
}

/** Where a server's source usually is in a folder, most specific first. */
const conventionalEntries = ['src/server', 'server', 'src/index', 'index']

/**
 * Finds the file that a spec means: the file itself, a folder's server, or an installed package's.
 * @throws CliError (exit 3) when there is none, (exit 2) when nothing was named and nothing was found here.
 */
export function findEntry({ target, exportName }: Spec, cwd: string): Entry {
  const path = resolve(cwd, target)
  const stats = statOf(path)
  if (!stats) {
    const folder = isPackageName(target) ? installedPackage(target, cwd) : undefined
    const file = folder && packageEntry(folder, 'bin')
    if (!file && exportName !== undefined && /^\d+(\/|$)/.test(exportName)) {
      const address = shown(`${target}:${exportName}`)
      throw usageError(`${address} is not a file. Did you mean http://${address}?`)
    }
    if (!file) throw loadError(notFound(target, path, folder))
    return entryOf(file, exportName, cwd)
  }
  if (!stats.isDirectory()) return entryOf(checkedFile(path, stats, target), exportName, cwd)
  const file = fileInFolder(path)
  if (file) return { ...entryOf(file, exportName, cwd), bin: otherBin(path, file) }
  const looked = `  looked for ${conventionalEntries.join(', ')} (${scriptExtensions.join(' ')}) and package.json`
  const notes = [looked, ...otherTool(path)]
  if (target === '') throw usageError('no server file named, and none found here.', ...notes)
  throw loadError(`no server file in the folder ${path}`, ...notes)
}

function entryOf(file: string, exportName: string | undefined, cwd: string): Entry {
  const near = relative(cwd, file)
  return { file: realpathSync(file), exportName, shown: near.startsWith('..') ? file : near }
}

function fileInFolder(folder: string): string | undefined {
  for (const stem of conventionalEntries) {
    const file = scriptExtensions.map((extension) => join(folder, stem + extension)).find(existsSync)
    if (file) return file
  }
  return packageEntry(folder)
}

function otherBin(folder: string, file: string): string | undefined {
  const bin = packageEntry(folder, 'bin')
  return bin === undefined || realpathSync(bin) === realpathSync(file) ? undefined : realpathSync(bin)
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EACCES') throw unreadable(path)
    if (code === 'ELOOP') throw loadError(`${shown(path)} is a symbolic link that leads to itself`)
    return undefined
  }
}

function checkedFile(path: string, stats: Stats, typed: string): string {
  if (!stats.isFile()) throw loadError(`${shown(path)} is not a file`)
  if (!isRunnable(path)) {
    const program = otherLanguage(typed)
    throw loadError(
      `${shown(path)} is not a TypeScript or JavaScript file`,
      ...(program.length > 0 ? program : [`  expected ${scriptExtensions.join(' ')}`]),
    )
  }
  try {
    accessSync(path, constants.R_OK)
  } catch {
    throw unreadable(path)
  }
  return path
}

const unreadable = (path: string) => loadError(`${shown(path)} cannot be read: permission denied`)

const isPackageName = (text: string) => /^(@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i.test(text)

function notFound(target: string, path: string, folder: string | undefined): string {
  if (folder) return `the package ${target} names no file that can be run`
  const link = linkFault(path)
  if (link) return link
  const near = similar(path)
  const known = isPackageName(target) && (target.startsWith('@') || !target.includes('.'))
  const meant = known ? `. For a package that is not installed, write npm:${target}` : ''
  return `file not found: ${shown(path)}${near ? `. Did you mean ${near}?` : meant}`
}

function linkFault(path: string): string | undefined {
  try {
    const name = basename(path)
    const link = readdirSync(dirname(path), { withFileTypes: true }).find((one) => one.name === name)
    return link?.isSymbolicLink()
      ? `${shown(path)} is a symbolic link to a file that does not exist`
      : undefined
  } catch {
    return undefined
  }
}

function similar(path: string): string | undefined {
  try {
    return nearest(basename(path), readdirSync(dirname(path)).filter(isScript))
  } catch {
    return undefined
  }
}
