import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, extname, join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildResult, Metafile } from 'esbuild'
import { cacheFolder } from '../files/cache-folder.ts'
import { withParents } from '../patches/packages/compiled-commonjs.ts'
import { cacheKey, keepCompiled, readCached, stampOf } from './compile-cache.ts'
import { compileFault } from './compile-fault.ts'
import type { Compiled, CompileOptions, Manifest, Stamp } from './compiled.ts'
import { bundledNamespace, ownSources } from './own-sources.ts'
import { isWorthBundling, type PackageBundle } from './package-bundle.ts'
import { withExtended } from './tsconfig-files.ts'

/**
 * Compiles a user's module for this Node. A start whose sources have not changed runs no compiler at all.
 * @throws CliError (exit 3) with file, line and the offending text when the source cannot be compiled.
 */
export async function compile(entry: string, options: CompileOptions): Promise<Manifest> {
  const folder = options.cache ? cacheFolder(options.env) : undefined
  const cached = folder !== undefined && readCached(folder, cacheKey(entry), compilerOf(options))
  return cached || compileAnew(entry, options)
}

/** Raised when what is kept of a compile changes its form. */
const cacheFormat = 6

const compilerOf = ({ version }: CompileOptions) =>
  `${version} format ${cacheFormat} node ${process.versions.node.split('.')[0]}`

/**
 * The same, without a look at earlier results.
 * @param bundle where the packages that are in it are taken from.
 */
export async function compileAnew(
  entry: string,
  options: CompileOptions,
  bundle?: PackageBundle,
): Promise<Manifest> {
  const files = options.read ?? new Map<string, Stamp>()
  const esbuild = await import('esbuild')
  let result: BuildResult<{ write: false; metafile: true }>
  try {
    result = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      outfile: join(outputFolder, 'out.mjs'),
      format: 'esm',
      platform: 'node',
      target: `node${process.versions.node}`,
      // Any list at all keeps esbuild from adding the `module` condition, which Node does not know.
      conditions: ['node-addons', 'module-sync'],
      mainFields: ['main'],
      sourcemap: 'external',
      sourcesContent: false,
      keepNames: true,
      logLevel: 'silent',
      define: {
        'import.meta': '__fastmcp_meta',
        __dirname: '__fastmcp_dirname',
        __filename: '__fastmcp_filename',
      },
      banner: { js: banner(entry) },
      plugins: [ownSources(files, bundle)],
    })
  } catch (error) {
    throw compileFault(error)
  }
  const [map, code] = [outputOf(result, '.map'), outputOf(result, '.mjs')]
  const output = Object.values(result.metafile.outputs).find((one) => one.entryPoint !== undefined)
  const inputs = [...files.keys()].filter((file) => extname(file) !== '')
  const { present, absent } = decidingFiles(inputs)
  const compilation = {
    code: withParents(code, holdsCommonJs(result)),
    map: absoluteSources(map),
    exports: output?.exports ?? [],
    commonjs: isCommonJs(entry, result),
    inputs,
    ...packageImports(entry, result.metafile),
    bundled: bundle !== undefined,
    compiler: compilerOf(options),
    stamps: [...files.values(), ...present.map(stampOf)],
    absent,
  }
  return keepCompiled(cacheKey(entry), compilation, options)
}

/** Where the compiler believes that it writes; what it makes is kept elsewhere. */
const outputFolder = join(tmpdir(), 'fastmcp')

const outputOf = (result: BuildResult<{ write: false }>, ending: string): string =>
  result.outputFiles.find((file) => file.path.endsWith(ending))?.text ?? ''

/** CommonJS names that some ES modules use all the same, such as `require.main === module`. */
const banner = (entry: string) =>
  `import { createRequire as __fastmcp_require } from 'node:module';` +
  `const require = __fastmcp_require(${JSON.stringify(pathToFileURL(entry).href)});` +
  'const module = { exports: {}, parent: require.main }, exports = module.exports;' +
  'const __fastmcp_resolve = (url) => (spec) => /^(\\.{0,2}\\/|[a-z]{2,}:)/i.test(spec) ? new URL(spec, url).href : ' +
  '"file://" + encodeURI(__fastmcp_require(url).resolve(spec));'

/** Beside the sources, the tsconfig and package.json above each decide what comes out. */
function decidingFiles(inputs: readonly string[]): { present: string[]; absent: string[] } {
  const present = new Set<string>()
  const absent = new Set<string>()
  const folders = new Set(inputs.map((file) => dirname(file)))
  for (const start of folders) {
    for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
      const config = join(folder, 'tsconfig.json')
      if (existsSync(config)) for (const file of withExtended(config)) present.add(file)
      else absent.add(config)
      const manifest = join(folder, 'package.json')
      if (!existsSync(manifest)) continue
      present.add(manifest)
      for (const lock of ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']) {
        if (existsSync(join(folder, lock))) present.add(join(folder, lock))
      }
      break
    }
  }
  return { present: [...present], absent: [...absent] }
}

/** esbuild writes sources relative to the output; stack traces and debuggers need the real files. */
function absoluteSources(map: string): string {
  const parsed = JSON.parse(map || '{"sources":[]}') as { sources: string[] }
  parsed.sources = parsed.sources.map((source) => pathToFileURL(resolve(outputFolder, source)).href)
  return JSON.stringify(parsed)
}

function holdsCommonJs({ metafile }: BuildResult<{ metafile: true }>): boolean {
  const held = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  return held.some(
    ([path, { bytesInOutput }]) => bytesInOutput > 0 && metafile.inputs[path]?.format === 'cjs',
  )
}

function isCommonJs(entry: string, result: BuildResult<{ metafile: true }>): boolean {
  const input = Object.entries(result.metafile.inputs).find(([path]) => resolve(path) === entry)?.[1]
  return input?.format === 'cjs'
}

/** Which packages' modules a compiled file imports, and which of them may be bundled for the next start. */
function packageImports(entry: string, { inputs, outputs }: Metafile): Pick<Compiled, 'packages' | 'wanted'> {
  const output = Object.values(outputs).find((one) => one.entryPoint !== undefined)
  const external = (output?.imports ?? []).filter((one) => one.external)
  const prefix = `${bundledNamespace}:`
  const packages = [
    ...Object.keys(inputs).flatMap((input) => (input.startsWith(prefix) ? [input.slice(prefix.length)] : [])),
    ...external.map(({ path }) => path).filter((path) => path.startsWith('file:')),
  ]
  // A required copy of a package is another one than the imported; a file that requires one may need either.
  const mixed = external.some(({ kind, path }) => kind === 'require-call' && isWorthBundling(path))
  const served = output !== undefined && !entry.includes(`${sep}node_modules${sep}`)
  return { packages, wanted: served && !mixed ? packages.filter(isWorthBundling) : [] }
}
