import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { keepCodeLater, readCodeCache, runScript } from '../process/cached-script.ts'

/**
 * The packages a server is built on (the SDK, its schema library and all that they import) as one script. Most of
 * a start is the import of their hundreds of modules; one script with V8's code cache takes a fifth of that.
 */
export interface PackageBundle {
  /** The script, in the CommonJS format: what works with a code cache on every Node. */
  readonly script: string
  /** V8's code cache of the script, written after it has run. */
  readonly codeCache: string
  /** The names that each bundled module exports, by the module's address. */
  readonly modules: Readonly<Record<string, readonly string[]>>
  /** Every file in it, as it was when the script was made. */
  readonly files: readonly BundledFile[]
}

export interface BundledFile {
  readonly path: string
  readonly size: number
  readonly mtime: number
}

/** Why packages stay where they are; kept, so that it is not found out at every start. */
export interface Unbundled {
  readonly reason: string
  readonly files: readonly BundledFile[]
}

/** Where bundled modules wait for the user's module, which asks for them by address. */
const registryKey = Symbol.for('fastmcp.packages')
const registry: Map<string, unknown> = new Map()
Object.defineProperty(globalThis, registryKey, { value: registry })

/** Raised when what is in a bundle changes its form. */
const bundleFormat = 'format 2'

/** The file that describes the bundle of these modules for this Node, whether or not it exists. */
export function bundlePath(folder: string, wanted: readonly string[], version: string): string {
  const identity = [bundleFormat, version, process.version, process.arch, ...[...wanted].sort()].join('\n')
  return join(folder, `packages-${createHash('sha256').update(identity).digest('hex').slice(0, 24)}.json`)
}

/** The bundle that a file describes, or why there is none, if every file in it is as it was. */
export function readBundle(path: string): PackageBundle | Unbundled | undefined {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as PackageBundle | Unbundled
    if (isBundle(found) && !(existsSync(found.script) && existsSync(found.codeCache))) return undefined
    return found.files.every(isCurrent) ? found : undefined
  } catch {
    return undefined
  }
}

export const isBundle = (found: PackageBundle | Unbundled | undefined): found is PackageBundle =>
  found !== undefined && 'script' in found

export function fileAsItIs(path: string): BundledFile {
  const { size, mtimeMs } = statSync(path)
  return { path, size, mtime: mtimeMs }
}

function isCurrent({ path, size, mtime }: BundledFile): boolean {
  const now = statSync(path, { throwIfNoEntry: false })
  return now !== undefined && now.size === size && now.mtimeMs === mtime
}

/**
 * Runs the bundle in this process; from then on `bundledModule` finds what is in it.
 * @param starting whether a start follows: then the first keeps a code cache that holds what a server calls, too.
 */
export function runBundle({ script, codeCache, modules }: PackageBundle, starting: boolean): void {
  if (Object.keys(modules).every((address) => registry.has(address))) return
  const path = `${script}.started.cache`
  const started = readCodeCache(path)
  const { exports, compiled } = runScript(script, started ?? readFileSync(codeCache))
  if (starting && (!started || compiled.cachedDataRejected)) keepCodeLater(compiled, path)
  for (const [index, address] of Object.keys(modules).entries()) registry.set(address, exports[nameOf(index)])
}

/** A module of a bundle that this process runs. */
export const bundledModule = (address: string): unknown => registry.get(address)

/** The name under which the script exports the nth module. */
export const nameOf = (index: number): string => `module${index}`

/** What the user's module imports in place of a bundled one: the same names, from the bundle. */
export function importFromBundle(address: string, names: readonly string[]): string {
  const bundled = `globalThis[Symbol.for('fastmcp.packages')].get(${JSON.stringify(address)})`
  const named = names.filter((name) => name !== 'default')
  const lines = [
    `const bundled = ${bundled}`,
    ...named.map((name, index) => `const $${index} = bundled[${JSON.stringify(name)}]`),
    `export { ${named.map((name, index) => `$${index} as ${JSON.stringify(name)}`).join(', ')} }`,
  ]
  return [...lines, ...(names.includes('default') ? ['export default bundled.default'] : [])].join('\n')
}
