import { readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, extname, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Loader, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'
import { hashOf } from '../files/checked-file.ts'
import { instrument } from '../patches/packages/instrument.ts'
import type { Stamp } from './compiled.ts'
import { withDecoratorMetadata } from './decorator-metadata.ts'
import { manifestAbove } from './manifest-above.ts'
import { ownMain, ownMeta } from './own-meta.ts'
import { importFromBundle, type PackageBundle } from './package-bundle.ts'
import { withRuntimeImports } from './runtime-imports.ts'

const loaders: Record<string, Loader> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
}

/**
 * Decides what is bundled: the user's own sources, wherever tsconfig `paths` and workspaces put them. Packages
 * stay outside, under the address that they have from where the importing file stands, and so keep their
 * identity. Each bundled file sees its own `import.meta` and `__dirname`.
 *
 * @param files is filled with the files that were bundled, as they were when they were read.
 * @param bundle packages that are taken from here instead.
 */
export function ownSources(files: Map<string, Stamp>, bundle?: PackageBundle): Plugin {
  return {
    name: 'own-sources',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (args) => {
        const found = await resolve(build, args)
        const address = found?.external === true ? found.path : undefined
        if (address === undefined || !Object.hasOwn(bundle?.modules ?? {}, address)) return found
        return { path: address, namespace: bundledNamespace }
      })
      build.onLoad({ filter: /.*/, namespace: bundledNamespace }, ({ path }) => ({
        contents: importFromBundle(path, bundle?.modules[path] ?? []),
      }))
      build.onLoad({ filter: /\.([cm]?[jt]s|[jt]sx)$/, namespace: 'file' }, ({ path }) => load(path, files))
      build.onLoad({ filter: /\.json$/, namespace: 'file' }, ({ path }) => ({
        contents: readStamped(path, files),
        loader: 'json',
      }))
    },
  }
}

/** What modules of the package bundle are called among the inputs. */
export const bundledNamespace = 'bundled'

async function resolve(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
  if (args.pluginData === asked || args.kind === 'entry-point') return undefined
  if (isBuiltin(args.path)) return { path: args.path, external: true }
  const path = args.path.startsWith('file:') ? fileURLToPath(args.path) : args.path
  const { importer, resolveDir, kind } = args
  const found = await build.resolve(path, { importer, resolveDir, kind, with: args.with, pluginData: asked })
  if (found.errors.length > 0) return unresolved(args)
  if (found.external || found.namespace !== 'file') return found
  if (isOwn(path, found.path, importer)) return found
  // An address, not a name: the bundle stands elsewhere, and names would be looked up from there.
  const address = kind === 'require-call' ? found.path : pathToFileURL(found.path).href
  return { path: address, external: true }
}

/** Marks questions to esbuild's own resolver, which would otherwise come back here. */
const asked = Symbol('asked')

/** What cannot be found when compiling may still be wanted only on some path; only static imports must exist. */
function unresolved(args: OnResolveArgs): OnResolveResult | undefined {
  if (args.kind !== 'import-statement') return { path: args.path, external: true }
  return { errors: [{ text: `cannot find ${JSON.stringify(args.path)}`, detail: { missing: args.path } }] }
}

function isOwn(spec: string, file: string, importer: string): boolean {
  if (file.includes(`${sep}node_modules${sep}`)) {
    // A file beside its importer is of the same package, so an entry inside node_modules stays whole.
    return isRelative(spec) && importer.includes(`${sep}node_modules${sep}`)
  }
  if (isRelative(spec)) return extname(file) in loaders || extname(file) === '.json'
  const typescript = /\.([cm]?ts|tsx|jsx)$/.test(file)
  // JavaScript under a package's name is a package (a workspace, a link); under an alias it is the user's own.
  return typescript || manifestAbove(file)?.manifest.name !== packageName(spec)
}

const isRelative = (spec: string) => /^(\.{0,2}\/|\.{1,2}$|[A-Za-z]:[\\/])/.test(spec)

const packageName = (spec: string) =>
  spec.startsWith('@') ? spec.split('/', 2).join('/') : spec.split('/', 1)[0]

function load(path: string, files: Map<string, Stamp>): OnLoadResult {
  const written = readStamped(path, files)
  const decorated = /\.[cm]?ts$/.test(path) ? withDecoratorMetadata(path, written) : undefined
  const source = decorated ?? written
  // On the first line of code, so that every line keeps its number; a hashbang must stay the first line.
  const hashbang = /^#!.*\n?/.exec(source)?.[0] ?? ''
  const code = source.slice(hashbang.length)
  const asMain = /\brequire\.main\b|\bmodule\.parent\b/.test(code) ? ownMain(path) : ''
  const contents = hashbang + ownMeta(path) + asMain + withRuntimeImports(instrument(code, path) ?? code)
  return { contents, loader: loaders[extname(path)] ?? 'js', resolveDir: dirname(path) }
}

/** Looks at the time first: a file that is written meanwhile must seem older than it is, never newer. */
function readStamped(path: string, files: Map<string, Stamp>): string {
  const { size, mtimeMs } = statSync(path)
  const bytes = readFileSync(path)
  files.set(path, { path, size, mtime: mtimeMs, hash: hashOf(bytes) })
  return bytes.toString('utf8')
}
