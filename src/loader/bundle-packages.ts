import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BuildResult, Plugin } from 'esbuild'
import { hashOf, writeSealed, writeWhole } from '../files/checked-file.ts'
import { instrument } from '../patches/packages/instrument.ts'
import { runScript } from '../process/cached-script.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { messageOf } from '../terminal/errors.ts'
import { manifestAbove } from './manifest-above.ts'
import {
  codeCachesOf,
  fileAsItIs,
  nameOf,
  type PackageBundle,
  packageOf,
  type Unbundled,
} from './package-bundle.ts'
import { installedPackage } from './package-entry.ts'
import type { BundleWork } from './prepare.ts'

/**
 * Makes one script of the modules a server wants and all that they import, runs it, and keeps it with V8's code
 * cache; or keeps the reason why that cannot be.
 */
export async function bundlePackages({ packages, wanted, path }: BundleWork): Promise<void> {
  const roots = new Set(wanted.map((address) => packageOf(address)?.folder ?? ''))
  const others = packages.filter((address) => !wanted.includes(address))
  const user = others.map((address) => userOf(roots, fileURLToPath(address))).find((one) => one !== undefined)
  const found = user
    ? { reason: `${user} imports the SDK too`, files: [] }
    : await build(withEntryPoints(wanted), path)
  writeSealed(path, JSON.stringify(found))
}

async function build(modules: readonly string[], path: string): Promise<PackageBundle | Unbundled> {
  const { build } = await import('esbuild')
  const imports = modules.map(
    (address, index) => `export * as ${nameOf(index)} from ${JSON.stringify(fileURLToPath(address))}`,
  )
  let result: BuildResult<{ write: false; metafile: true }>
  try {
    result = await build({
      // Named as a module, so that CommonJS packages in it look as Node's own import would show them.
      stdin: { contents: imports.join('\n'), sourcefile: 'packages.mjs', resolveDir: dirname(path) },
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
      // A script has no dynamic import; esbuild makes a require of each.
      supported: { 'dynamic-import': false },
      define: { __dirname: '__fastmcp_place', __filename: '__fastmcp_place' },
      absWorkingDir: dirname(path),
      logLevel: 'silent',
      plugins: [everythingInside],
    })
  } catch (error) {
    return { reason: firstLine(error), files: [] }
  }
  const files = Object.keys(result.metafile.inputs)
    .map((input) => join(dirname(path), input))
    .filter((file) => file.includes(`${sep}node_modules${sep}`))
    .map(fileAsItIs)
  const code = result.outputFiles[0]?.text ?? ''
  const place = result.warnings.find(({ id }) => id === 'empty-import-meta')
  if (place ?? code.includes('__fastmcp_place')) {
    return { reason: 'a package looks up its own files', files }
  }
  return { ...keep(code, modules, path), files }
}

/** Writes the script and, once it has run, the code cache that holds what it ran. */
function keep(code: string, modules: readonly string[], path: string): Omit<PackageBundle, 'files'> {
  const script = path.replace(/\.json$/, `-${hashOf(code).slice(0, 12)}.cjs`)
  writeWhole(script, code)
  const { exports, compiled } = runScript({ path: script, code })
  writeSealed(codeCachesOf(script).made, compiled.createCachedData())
  const names = modules.map((address, index) => [address, Object.keys(exports[nameOf(index)] ?? {})] as const)
  return { script: basename(script), hash: hashOf(code), modules: Object.fromEntries(names) }
}

const everythingInside: Plugin = {
  name: 'everything-inside',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) => (isBuiltin(path) ? { path, external: true } : undefined))
    build.onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => {
      const contents = instrument(readFileSync(path, 'utf8'), path, leave)
      return contents === undefined ? undefined : { contents, loader: 'js' }
    })
  },
}

/** A package that could start servers unseen stays where it is, where it is told of when it is loaded. */
function leave(words: string): never {
  throw new Error(words)
}

/** SDK v2 is asked for these by the runner too, and one process must hold one copy of it. */
function withEntryPoints(wanted: readonly string[]): string[] {
  const packages = wanted.map(packageOf).filter((one) => one?.name === '@modelcontextprotocol/server')
  const entryPoints = packages.flatMap((one) =>
    ['index.mjs', 'stdio.mjs'].map((name) => join(one?.folder ?? '', 'dist', name)),
  )
  return [...new Set([...wanted, ...entryPoints.filter(existsSync).map((file) => pathToFileURL(file).href)])]
}

/**
 * The package, of those that a file's own package needs, which needs an SDK that is to be bundled: it would load a
 * second copy, and two copies of an SDK do not know each other's objects. Two schema libraries do no harm.
 */
function userOf(roots: ReadonlySet<string>, file: string): string | undefined {
  const waiting = new Set([packageOf(file)?.folder ?? manifestAbove(file)?.folder ?? dirname(file)])
  for (const folder of waiting) {
    const needed = neededBy(folder)
    if (needed.some(({ name, place }) => name.startsWith('@modelcontextprotocol/') && roots.has(place))) {
      return folder
    }
    for (const { place } of needed) waiting.add(place)
  }
  return undefined
}

function neededBy(folder: string): { name: string; place: string }[] {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!isRecord(manifest)) return []
  const { dependencies, peerDependencies, optionalDependencies } = manifest
  const names = [dependencies, peerDependencies, optionalDependencies].flatMap((one) =>
    isRecord(one) ? Object.keys(one) : [],
  )
  return names.flatMap((name) => {
    const found = installedPackage(name, folder)
    return found ? [{ name, place: realpathSync(found) }] : []
  })
}

const firstLine = (error: unknown) => messageOf(error).split('\n', 1)[0] ?? ''
