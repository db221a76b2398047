import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashOf, readKnown, readSealed, renewSealed } from '../../files/checked-file.ts'
import { keepCodeLater, runScript } from '../../process/cached-script.ts'
import { compareAll, type Stamp } from '../meaning/stamps.ts'
import { importFrom } from './lazy-imports.ts'

/**
 * The packages that a server is built on (the SDK, its schema library and their imports) as one script. Importing their
 * hundreds of modules is most of a start; one script with V8's code cache takes a fifth of that.
 */
export interface PackageBundle {
  /** The script, in CommonJS format, which supports a code cache on every Node version. */
  readonly script: string
  /** Hash of the script. */
  readonly hash: string
  /** The export names of each bundled module, by URL. */
  readonly modules: Readonly<Record<string, readonly string[]>>
  /** The stamps of all bundled files. */
  readonly files: readonly Stamp[]
}

/** Why packages cannot be bundled; cached, so that it is not determined at every start. */
export interface Unbundled {
  readonly reason: string
  readonly files: readonly Stamp[]
}

/** Packages worth bundling, together with their imports. */
const worthBundling = /^(@modelcontextprotocol\/.+|zod|zod-to-json-schema|ajv|ajv-formats)$/

/** Whether the module at a path or `file:` address belongs to such a package. */
export const isWorthBundling = (address: string): boolean =>
  worthBundling.test(packageOf(address)?.name ?? '') || isOfLibrary(address)

/** Whether the module at a path or `file:` address belongs to the library that servers import, of whatever version. */
export function isOfLibrary(address: string): boolean {
  const owner = packageOf(address)
  // During development it is in this program's own folder.
  return owner ? owner.name === 'fastmcp-cli' : isOfRunner(address)
}

const isOfRunner = (address: string) => address.startsWith(runner) || address.startsWith(runnerFolder)

/** The URL of this program's own folder. */
const runner = new URL('.', import.meta.url).href
const runnerFolder = fileURLToPath(runner)

/**
 * Whether this program is one script; if it is separate modules, the library in the same folder shares some of them.
 */
const isScript = import.meta.url.endsWith('.cjs')

/** The packages that this process may load from a bundle. */
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

/** The global registry of bundled modules by URL; each is completed when it is first imported. */
const registryKey = Symbol.for('fastmcp.packages')
const registry: Map<string, () => unknown> = new Map()
Object.defineProperty(globalThis, registryKey, { value: (address: string) => registry.get(address)?.() })

/** Incremented when the bundle format changes. */
const bundleFormat = 'format 6'

/** The path of the bundle description for these modules and this Node version; it may not exist. */
export function bundlePath(folder: string, wanted: readonly string[], version: string): string {
  const identity = [bundleFormat, version, process.version, process.arch, ...[...wanted].sort()].join('\n')
  return join(folder, `packages-${hashOf(identity).slice(0, 24)}.json`)
}

/** A bundle with its script, ready to run. */
export interface ReadBundle extends PackageBundle {
  readonly code: string
}

/** Reads a bundle or the reason why there is none, if it and all its files are unchanged. */
export function readBundle(path: string): ReadBundle | Unbundled | undefined {
  const text = readSealed(path)
  if (text === undefined) return undefined
  const found = JSON.parse(text.toString()) as PackageBundle | Unbundled
  const { current, renewed } = compareAll(found.files)
  if (!current) return undefined
  if (renewed) renewSealed(path, JSON.stringify(found))
  // Only its name, so that the folder can be moved.
  return 'script' in found ? withCode({ ...found, script: join(dirname(path), found.script) }) : found
}

/** A bundle as it is sent to other processes. */
export const withoutCode = ({ code: _code, ...bundle }: ReadBundle): PackageBundle => bundle

/** The bundle with its script, if that is unchanged. */
export function withCode(bundle: PackageBundle): ReadBundle | undefined {
  const code = readKnown(bundle.script, bundle.hash)?.toString()
  return code === undefined ? undefined : { ...bundle, code }
}

/** The code cache files of a script: one written when the script is created, one after a server has started with it. */
export const codeCachesOf = (script: string) => ({
  made: `${script}.cache`,
  started: `${script}.started.cache`,
})

/**
 * Runs the bundle in this process; after that `bundledModule` finds its modules.
 * @param starting whether a server start follows: then the first one writes a code cache that includes the functions
 * that it calls.
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

/** The script's variables besides those of CommonJS. */
export const scope = { __importFrom: importFrom }

/** A module of a bundle that this process runs. */
export const bundledModule = (address: string): unknown => registry.get(address)?.()

/** The name under which the script exports the nth module. */
export const nameOf = (index: number): string => `module${index}`

/** The name of the function that defines a module's deferred exports. */
export const wholeName = 'whole'
