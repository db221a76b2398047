import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashOf, readKnown, readSealed, renewSealed } from '../../files/checked-file.ts'
import { keepCodeLater, runScript } from '../../process/cached-script.ts'
import { compareAll, type Stamp } from '../meaning/stamps.ts'
import { importFrom } from './lazy-imports.ts'

/**
 * The packages a server is built on (the SDK, its schema library and all that they import) as one script. Most of
 * a start is the import of their hundreds of modules; one script with V8's code cache takes a fifth of that.
 */
export interface PackageBundle {
  /** The script, in the CommonJS format: what works with a code cache on every Node. */
  readonly script: string
  /** Hash of the script. */
  readonly hash: string
  /** The names that each bundled module exports, by the module's address. */
  readonly modules: Readonly<Record<string, readonly string[]>>
  /** Every file in it, as it was when the script was made. */
  readonly files: readonly Stamp[]
}

/** Why packages stay where they are; kept, so that it is not found out at every start. */
export interface Unbundled {
  readonly reason: string
  readonly files: readonly Stamp[]
}

/** Packages worth bundling when a server imports them; what they import themselves goes with them. */
const worthBundling = /^(@modelcontextprotocol\/.+|zod|zod-to-json-schema|ajv|ajv-formats)$/

/** Whether the module at a path or `file:` address belongs to such a package. */
export const isWorthBundling = (address: string): boolean =>
  worthBundling.test(packageOf(address)?.name ?? '') || isOfLibrary(address)

/** Whether the module at a path or `file:` address belongs to the library that servers import, of whatever version. */
export function isOfLibrary(address: string): boolean {
  const owner = packageOf(address)
  // Those who work on it have it where this program stands.
  return owner ? owner.name === 'fastmcp-cli' : isOfRunner(address)
}

const isOfRunner = (address: string) => address.startsWith(runner) || address.startsWith(runnerFolder)

/** Where this program itself stands. */
const runner = new URL('.', import.meta.url).href
const runnerFolder = fileURLToPath(runner)

/** Whether this program is one script; where it is modules, the library in the same folder shares some of them. */
const isScript = import.meta.url.endsWith('.cjs')

/** Those packages that this process may take from a script. */
export const bundlable = (packages: Iterable<string>): string[] =>
  [...packages].filter((one) => isScript || !isOfRunner(one))

/** The installed package that a module belongs to, and its folder. */
export function packageOf(address: string): { name: string; folder: string } | undefined {
  const file = address.startsWith('file:') ? fileURLToPath(address) : address
  const match = /^(.*[\\/]node_modules[\\/])((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)
  if (!match) return undefined
  const [, above = '', name = ''] = match
  return { name: name.replaceAll(sep, '/'), folder: join(above, name) }
}

/** Where bundled modules wait for whoever imports them by their address; each is made whole when it is asked for. */
const registryKey = Symbol.for('fastmcp.packages')
const registry: Map<string, () => unknown> = new Map()
Object.defineProperty(globalThis, registryKey, { value: (address: string) => registry.get(address)?.() })

/** Raised when what is in a bundle changes its form. */
const bundleFormat = 'format 6'

/** The file that describes the bundle of these modules for this Node, whether or not it exists. */
export function bundlePath(folder: string, wanted: readonly string[], version: string): string {
  const identity = [bundleFormat, version, process.version, process.arch, ...[...wanted].sort()].join('\n')
  return join(folder, `packages-${hashOf(identity).slice(0, 24)}.json`)
}

/** A bundle with its script, ready to be run. */
export interface ReadBundle extends PackageBundle {
  readonly code: string
}

/** The bundle that a file describes, or why there is none, if all of it and every file in it is as it was. */
export function readBundle(path: string): ReadBundle | Unbundled | undefined {
  const text = readSealed(path)
  if (text === undefined) return undefined
  const found = JSON.parse(text.toString()) as PackageBundle | Unbundled
  const { current, renewed } = compareAll(found.files)
  if (!current) return undefined
  if (renewed) renewSealed(path, JSON.stringify(found))
  // By its name alone, so that the folder can be moved.
  return 'script' in found ? withCode({ ...found, script: join(dirname(path), found.script) }) : found
}

/** A bundle as other processes are told of it. */
export const withoutCode = ({ code: _code, ...bundle }: ReadBundle): PackageBundle => bundle

/** The bundle with its script, if that is as it was. */
export function withCode(bundle: PackageBundle): ReadBundle | undefined {
  const code = readKnown(bundle.script, bundle.hash)?.toString()
  return code === undefined ? undefined : { ...bundle, code }
}

/** V8's code cache of a script, as it is when the script has been made, and once a server has been started on it. */
export const codeCachesOf = (script: string) => ({
  made: `${script}.cache`,
  started: `${script}.started.cache`,
})

/**
 * Runs the bundle in this process; from then on `bundledModule` finds what is in it.
 * @param starting whether a start follows: then the first keeps a code cache that holds what a server calls, too.
 */
export function runBundle({ script, code, modules }: ReadBundle, starting: boolean): void {
  if (Object.keys(modules).every((address) => registry.has(address))) return
  const paths = codeCachesOf(script)
  const started = readSealed(paths.started)
  const { exports, compiled } = runScript({ path: script, code }, started ?? readSealed(paths.made), scope)
  if (starting && (!started || compiled.cachedDataRejected)) keepCodeLater(compiled, paths.started)
  const whole = exports[wholeName] as (module: unknown) => unknown
  for (const [index, address] of Object.keys(modules).entries())
    registry.set(address, () => whole(exports[nameOf(index)]))
}

/** What the script has beside the names of CommonJS. */
export const scope = { __importFrom: importFrom }

/** A module of a bundle that this process runs. */
export const bundledModule = (address: string): unknown => registry.get(address)?.()

/** The name under which the script exports the nth module. */
export const nameOf = (index: number): string => `module${index}`

/** The name of the function that gives a module of the script the exports that nothing in the script asks for. */
export const wholeName = 'whole'
