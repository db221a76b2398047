import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BuildResult, Plugin } from 'esbuild'
import { hashOf, writeSealed, writeWhole } from '../../files/checked-file.ts'
import { instrument } from '../../patches/packages/instrument.ts'
import { runScript } from '../../process/cached-script.ts'
import { messageOf } from '../../terminal/errors.ts'
import { isInPackage } from '../meaning/source-kind.ts'
import { stampOf } from '../meaning/stamps.ts'
import { withTrueAddresses } from './lazy-imports.ts'
import {
  codeCachesOf,
  isOfLibrary,
  nameOf,
  type PackageBundle,
  packageOf,
  scope,
  type Unbundled,
  wholeName,
} from './package-bundle.ts'

/** Packages that are still to be bundled. */
export interface BundleWork {
  /** URLs of the imported modules. */
  readonly packages: readonly string[]
  /** The file for the description of the bundle. */
  readonly path: string
}

/**
 * Bundles the modules that a server imports and all their imports into one script, runs it, and stores it with V8's
 * code cache; or stores the reason why that is impossible.
 */
export async function bundlePackages({ packages, path }: BundleWork): Promise<void> {
  const made = await makeBundle(withEntryPoints(packages), path)
  const others = packages.filter((one) => !isOfLibrary(one))
  // Another version of our library may not be bundlable, which does not affect the rest.
  const isWithoutIt = 'reason' in made && others.length > 0 && others.length < packages.length
  writeSealed(path, JSON.stringify(isWithoutIt ? await makeBundle(withEntryPoints(others), path) : made))
}

async function makeBundle(wanted: readonly string[], path: string): Promise<PackageBundle | Unbundled> {
  const folder = dirname(path)
  try {
    const inputs = Object.entries((await bundle(wanted, folder)).metafile.inputs)
    const files = inputs
      .map(([input]) => join(folder, input))
      .filter((file) => isInPackage(file) || isOfLibrary(file))
      .map(stampOf)
    const inside = inputs
      .filter(([input, { format }]) => format === 'esm' && answersForItself(join(folder, input)))
      .map(([input]) => pathToFileURL(join(folder, input)).href)
    // Every module of an SDK, and of our library, is registered under its URL, so that all importers get this one copy.
    // For other packages that would retain unused code, and two copies of a schema library are harmless.
    const modules = [...new Set([...wanted, ...inside])]
    const result = await bundle(modules, folder)
    const code = result.outputFiles[0]?.text ?? ''
    const usesMeta = result.warnings.find(({ id }) => id === 'empty-import-meta')
    if (usesMeta ?? code.includes('__fastmcp_own_path'))
      return { reason: 'a package looks up its own files', files }
    return { ...keep(deferred(code), modules, path), files }
  } catch (error) {
    return { reason: firstLine(error), files: [] }
  }
}

const answersForItself = (file: string) =>
  isOfLibrary(file) || (packageOf(file)?.name.startsWith('@modelcontextprotocol/') ?? false)

async function bundle(
  modules: readonly string[],
  folder: string,
): Promise<BuildResult<{ write: false; metafile: true }>> {
  const { build } = await import('esbuild')
  const imports = modules.map(
    (address, index) => `export * as ${nameOf(index)} from ${JSON.stringify(fileURLToPath(address))}`,
  )
  return build({
    // Named `.mjs`, so that CommonJS packages are interpreted as by Node's own import.
    stdin: { contents: imports.join('\n'), sourcefile: 'packages.mjs', resolveDir: folder },
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: `node${process.versions.node}`,
    conditions: ['node-addons', 'module-sync'],
    mainFields: ['main'],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // A script has no dynamic import; esbuild turns each into a require.
    supported: { 'dynamic-import': false },
    define: { __dirname: '__fastmcp_own_path', __filename: '__fastmcp_own_path' },
    absWorkingDir: folder,
    logLevel: 'silent',
    plugins: [everythingInside],
  })
}

/**
 * Defers defining the exports of modules that are not used within the script itself, until a module is imported by its
 * URL: doing that for all of them would slow down each start.
 */
function deferred(code: string): string {
  const uses = new Map<string, number>()
  for (const [name] of code.matchAll(/[\w$]+_exports\d*\b/g)) uses.set(name, (uses.get(name) ?? 0) + 1)
  const listed = new Set([...code.matchAll(/\bmodule\d+:\(\)=>([\w$]+)/g)].map(([, name = '']) => name))
  // Three uses: its declaration, its list of exports, and its entry in the list of modules.
  const alone = (name: string) => listed.has(name) && uses.get(name) === 3
  const text = code.replace(/\b__export\(([\w$]+_exports\d*),/g, (call, name: string) =>
    alone(name) ? `__later(${name},` : call,
  )
  if (!text.includes('__later(')) throw new Error('the compiler lists exports in a new way')
  return (
    'var __lists=new Map(),__later=(module,list)=>{__lists.set(module,list)};' +
    `${text};module.exports.${wholeName}=(module)=>{const list=__lists.get(module);` +
    'if(list){__lists.delete(module);__export(module,list)}return module};'
  )
}

/** Writes the script and, after running it, its code cache. */
function keep(code: string, modules: readonly string[], path: string): Omit<PackageBundle, 'files'> {
  const script = path.replace(/\.json$/, `-${hashOf(code).slice(0, 12)}.cjs`)
  writeWhole(script, code)
  const { exports, compiled } = runScript({ path: script, code }, undefined, scope)
  writeSealed(codeCachesOf(script).made, compiled.createCachedData())
  const whole = exports[wholeName] as (module: unknown) => object
  const names = modules.map(
    (address, index) => [address, Object.keys(whole(exports[nameOf(index)]))] as const,
  )
  return { script: basename(script), hash: hashOf(code), modules: Object.fromEntries(names) }
}

const everythingInside: Plugin = {
  name: 'everything-inside',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) => (isBuiltin(path) ? { path, external: true } : undefined))
    build.onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const contents = instrument(text, path, { onMisfit: leave })
      if (isOfLibrary(path)) return { contents: withTrueAddresses(contents ?? text, path), loader: 'js' }
      return contents === undefined ? undefined : { contents, loader: 'js' }
    })
  },
}

/**
 * A package that could start servers without being instrumented is not bundled; it is instrumented when it is loaded.
 */
function leave(words: string): never {
  throw new Error(words)
}

/** The runner also imports these entry points of SDK v2, and there must be only one copy per process. */
function withEntryPoints(wanted: readonly string[]): string[] {
  const packages = wanted.map(packageOf).filter((one) => one?.name === '@modelcontextprotocol/server')
  const entryPoints = packages.flatMap((one) =>
    ['index.mjs', 'stdio.mjs'].map((name) => join(one?.folder ?? '', 'dist', name)),
  )
  return [...new Set([...wanted, ...entryPoints.filter(existsSync).map((file) => pathToFileURL(file).href)])]
}

const firstLine = (error: unknown) => messageOf(error).split('\n', 1)[0] ?? ''
