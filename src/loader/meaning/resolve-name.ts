import { realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Project } from './project.ts'
import { isInPackage, isTypescript } from './source-kind.ts'

/**
 * Where a name leads as TypeScript reads it, which Node does not: to a source behind the name of its output, by the
 * `paths` of a tsconfig, without an extension.
 * @param parent address of the importing file.
 * @returns an address, or `undefined` for what is Node's to answer.
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
 * The source behind the output that a package says it has, and that has not been made.
 * @param missing address of the output.
 */
export function sourceInstead(missing: string, project: Project): string | undefined {
  if (!missing.startsWith('file:')) return undefined
  const file = fileAt(pathOf(missing), project, true)
  return file === undefined ? undefined : addressOf(file)
}

/** Whether a name says where the file is. */
const isPath = (spec: string) => /^(\.{1,2}(\/|$)|\/|file:)/.test(spec) || isAbsolute(spec)

/** An address, or a path, without what may stand beside the file in it. */
export const withoutQuery = (address: string): string => address.replace(/[?#].*$/, '')

/** The path in an address. */
export const pathOf = (address: string): string => fileURLToPath(withoutQuery(address))

/** The same for a file behind links, as Node names it. */
const addressOf = (file: string) => pathToFileURL(realpathSync(file)).href

/** A path, and what an address has beside it, such as `?version`. */
function splitAddress(spec: string, parent: string): { path: string; rest: string } {
  const url = isAbsolute(spec) ? pathToFileURL(spec) : new URL(spec, parent)
  return { path: fileURLToPath(new URL(url.pathname, url)), rest: url.search + url.hash }
}

/** What a name of an output may stand for, likeliest first. */
const sources: Record<string, readonly string[]> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
}

/** What a name without an extension may have, likeliest first. */
const endings = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs', '.json']

/**
 * The file that a path means.
 * @param sourceFirst whether a source goes before its output: as TypeScript has it, while JavaScript means the output.
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
