import { realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Project } from './project.ts'
import { isInPackage, isTypescript } from './source-kind.ts'

/**
 * Resolves a specifier as TypeScript does and Node does not: from the name of an output to its source, by the `paths`
 * of a tsconfig, and without an extension.
 * @param parent URL of the importing file.
 * @returns a URL, or `undefined` if Node should resolve it.
 */
export function resolveName(spec: string, parent: string, project: Project): string | undefined {
  if (!parent.startsWith('file:')) return undefined
  const from = pathOf(parent)
  if (isPath(spec)) {
    const { path, rest } = splitAddress(spec, parent)
    const file = fileAt(path, project, isTypescript(from))
    return file === undefined ? undefined : addressOf(file) + rest
  }
  if (/^(node:|data:|https?:|#)/.test(spec) || isInPackage(from)) return undefined
  for (const candidate of project.tsconfigs.of(from).matches?.(spec) ?? []) {
    const file = fileAt(candidate, project, true)
    if (file !== undefined && !/\.d\.[cm]?ts$/.test(file)) return addressOf(file)
  }
  return undefined
}

/**
 * The source of an output that a package declares but that has not been built.
 * @param missing URL of the output.
 */
export function sourceInstead(missing: string, project: Project): string | undefined {
  if (!missing.startsWith('file:')) return undefined
  const file = fileAt(pathOf(missing), project, true)
  return file === undefined ? undefined : addressOf(file)
}

/** Whether a specifier is a path. */
const isPath = (spec: string) => /^(\.{1,2}(\/|$)|\/|file:)/.test(spec) || isAbsolute(spec)

/** A URL or path without query and hash. */
export const withoutQuery = (address: string): string => address.replace(/[?#].*$/, '')

/** The path of a file URL. */
export const pathOf = (address: string): string => fileURLToPath(withoutQuery(address))

/** The URL of a file with symlinks resolved, as in Node. */
const addressOf = (file: string) => pathToFileURL(realpathSync(file)).href

/** The path of a specifier, and its query and hash, such as `?version`. */
function splitAddress(spec: string, parent: string): { path: string; rest: string } {
  const url = isAbsolute(spec) ? pathToFileURL(spec) : new URL(spec, parent)
  return { path: fileURLToPath(new URL(url.pathname, url)), rest: url.search + url.hash }
}

/** The possible source extensions of an output, most likely first. */
const sources: Record<string, readonly string[]> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
}

/** The possible extensions of a name without one, most likely first. */
const endings = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs', '.json']

/**
 * The file that a path means.
 * @param sourceFirst whether a source is preferred to its output, as in TypeScript; in JavaScript the output is meant.
 */
function fileAt(path: string, project: Project, sourceFirst: boolean): string | undefined {
  const { lookup } = project
  if (/[\\/]$/.test(path)) return inFolder(path, project)
  const [, stem = '', ending = ''] = /^(.*)(\.[cm]?jsx?)$/s.exec(path) ?? []
  const swapped = (sources[ending] ?? []).map((one) => stem + one)
  const candidates = sourceFirst && swapped.length > 0 ? swapped : [path, ...swapped]
  const found = [...candidates, ...endings.map((one) => path + one)].find((one) => lookup.isFile(one))
  return found ?? inFolder(path, project)
}

function inFolder(folder: string, project: Project): string | undefined {
  if (!project.lookup.isFolder(folder)) return undefined
  const main = project.manifestIn(folder)?.main
  const file = typeof main === 'string' ? fileAt(join(folder, main), project, true) : undefined
  return file ?? endings.map((one) => join(folder, `index${one}`)).find((one) => project.lookup.isFile(one))
}
