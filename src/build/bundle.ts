import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildOptions, BuildResult, Plugin } from 'esbuild'
import type { ModuleHints } from '../loader/module-hints.ts'
import { OwnModules } from '../loader/pack/own-modules.ts'
import { awaitInCycle } from './await-in-cycle.ts'
import { type LeftOut, transportsIn } from './left-out.ts'
import { ownSources } from './own-sources.ts'
import { LeftOutPackages, packageSources } from './package-sources.ts'
import { define, names, surroundings } from './surroundings.ts'

export interface BundleOptions {
  /** The server file. */
  entry: string
  format: 'module' | 'commonjs'
  /** The export that was named. */
  exportName: string | undefined
  /** What was expected of the file when its server was found. */
  hints: ModuleHints
  /** Functions that its own text calls. */
  calls: readonly string[]
  /** The file to be written; its map goes beside it. */
  outfile: string
  minify: boolean
  /** Whether SDK v2 is installed where the server is. */
  hasSdk: boolean
  /** Options of `fastmcp.json`, which are not read again. */
  config: Record<string, unknown>
}

/** What is to be written, and what is not in it. */
export interface Bundled {
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[]
  readonly bytes: number
  readonly leftOut: readonly LeftOut[]
  /** The user's own files that went into it. */
  readonly sources: readonly string[]
  /** What may be to blame if it never comes to an end. */
  readonly suspect: object | undefined
}

/**
 * Puts a server, every package it needs, and the runner into one file that plain Node starts.
 * @throws the compiler's own error when a source cannot be compiled, or would mean something else in one file.
 */
export async function bundle(options: BundleOptions): Promise<Bundled> {
  const esbuild = await import('esbuild')
  const leftOut = new LeftOutPackages()
  const threads = {
    'guard-worker.cjs': await threadText(esbuild, 'guard-worker.cjs'),
    'token-worker.js': await threadText(esbuild, 'token-worker.js'),
  }
  for (;;) {
    const before = leftOut.changes
    const made = await once(esbuild, options, leftOut, threads)
    // A package that is known to be left out only by its code is left out next time.
    if (leftOut.changes > before) continue
    const { outputFiles: files, ...rest } = made
    return { files, ...rest, leftOut: [...leftOut.found.values()] }
  }
}

type Esbuild = typeof import('esbuild')

async function once(
  esbuild: Esbuild,
  options: BundleOptions,
  leftOut: LeftOutPackages,
  threads: Readonly<Record<string, string>>,
) {
  const { entry, outfile, minify } = options
  const own = new OwnModules(() => false)
  own.begin(entry)
  const sources: string[] = []
  const folder = dirname(outfile)
  const onSource = (file: string, text: string) => {
    sources.push(file)
    for (const name of transportsIn(text)) leftOut.name(name)
  }
  const place = relative(folder, dirname(entry)).split(sep).map(encodeURIComponent).join('/')
  const from = (base: string) => ({ js: surroundings(base, `${place === '' ? '.' : place}/`) })
  const threadScript = async (file: string): Promise<string> => {
    const { outputFiles } = await esbuild.build({
      ...common,
      entryPoints: [fileURLToPath(file)],
      minify,
      keepNames: true,
      write: false,
      define,
      banner: from(`globalThis.${names.base}`),
      plugins: plugins(),
    })
    return outputFiles[0]?.text ?? ''
  }
  const plugins = (): Plugin[] => [
    ownSources({ own, folder, threadScript, onSource }),
    packageSources(own, leftOut, dist),
  ]
  const result = await esbuild.build({
    ...common,
    stdin: { contents: main(options), resolveDir: dirname(entry), sourcefile: 'fastmcp-build.mjs' },
    outfile,
    minify,
    keepNames: true,
    sourcemap: 'linked',
    metafile: true,
    write: false,
    define,
    banner: from('import.meta.url'),
    plugins: [inlined(threads), ...plugins()],
  })
  const suspect = await awaitInCycle(esbuild, result.metafile, sources, own)
  return { outputFiles: result.outputFiles, bytes: bytesOf(result), sources, suspect }
}

const bytesOf = ({ metafile }: BuildResult<{ metafile: true }>) =>
  Object.entries(metafile.outputs).find(([path]) => !path.endsWith('.map'))?.[1].bytes ?? 0

const dist = fileURLToPath(new URL('.', import.meta.url))

const common: BuildOptions & { logLevel: 'silent' } = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Any list at all keeps esbuild from adding the `module` condition, which Node does not know.
  conditions: ['node-addons', 'module-sync'],
  mainFields: ['main', 'module'],
  logLevel: 'silent',
}

/** A thread of the runner's own stands in an address, from which nothing can be required. */
async function threadText(esbuild: Esbuild, name: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    ...common,
    entryPoints: [join(dist, name)],
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(process.execPath);",
    },
    minify: true,
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** The first module: the runner takes the process before the user's code is run. */
function main({ entry, format, exportName, outfile, hints, calls, hasSdk, config }: BundleOptions): string {
  const text = (value: unknown) => JSON.stringify(value)
  // The server's classes come in two copies, one for each format; it must be asked with its own.
  const load = (spec: string) =>
    format === 'commonjs' ? `Promise.resolve().then(() => require(${text(spec)}))` : `import(${text(spec)})`
  const sdk = hasSdk
    ? `{ server: () => ${load('@modelcontextprotocol/server')}, stdio: () => ${load('@modelcontextprotocol/server/stdio')} }`
    : 'undefined'
  const place = relative(dirname(outfile), entry).split(sep).map(encodeURIComponent).join('/')
  return `
import { serveBundle } from ${text(join(dist, 'serve-bundle.js'))}
await serveBundle({
  load: async () => ${format === 'commonjs' ? `({ commonJs: require(${text(entry)}) })` : `({ module: await import(${text(entry)}) })`},
  address: import.meta.url,
  place: ${text(place)},
  exportName: ${text(exportName)},
  hints: ${text(hints)},
  calls: ${text(calls)},
  sdkCopy: ${sdk},
  config: ${text(config)},
})
`
}

/** The runner's own files beside it: its threads go into the bundle, the preload for workers is left out. */
function inlined(threads: Readonly<Record<string, string>>): Plugin {
  const places = [
    ...Object.entries(threads).map(([name, script]) => ({ text: placeOf(name), instead: addressOf(script) })),
    { text: placeOf('user-worker.cjs'), instead: 'undefined' },
  ]
  const missing = new Set(places.map(({ text }) => text))
  return {
    name: 'inlined',
    setup(build) {
      build.onLoad({ filter: /\.js$/ }, ({ path }) => {
        if (!path.startsWith(dist)) return undefined
        let contents = readFileSync(path, 'utf8')
        for (const { text, instead } of places) {
          if (contents.includes(text)) missing.delete(text)
          contents = contents.replaceAll(text, () => instead)
        }
        return { contents, loader: 'js' }
      })
      // A bundle that looks for them beside itself would only fail where it runs.
      build.onEnd(({ errors }) => {
        const faults = [...missing].map((text) => ({ text: `fastmcp itself was built without ${text}` }))
        return { errors: errors.length > 0 ? [] : faults }
      })
    },
  }
}

/** As it stands in what we ship, which has no white space that need not be there. */
const placeOf = (name: string) => `new URL("./${name}",import.meta.url)`

const addressOf = (script: string) =>
  `new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(script)}`)})`
