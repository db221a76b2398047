import { readFileSync } from 'node:fs'
import { dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildOptions, Loader, Plugin } from 'esbuild'

export interface BundleOptions {
  /** The server file. */
  entry: string
  exportName: string
  /** The file to write; its map goes beside it. */
  outfile: string
  minify: boolean
  /** Whether SDK v2 is installed where the server is. */
  hasSdk: boolean
  /** Options of `fastmcp.json`, which are not read again. */
  config: Record<string, unknown>
}

/**
 * Puts a server, every package it needs, and the runner into one file that plain Node starts.
 * @returns the bytes of the file.
 * @throws the compiler's own error when a source cannot be compiled.
 */
export async function bundle(options: BundleOptions): Promise<number> {
  const esbuild = await import('esbuild')
  const { entry, outfile, minify } = options
  const guard = await esbuild.build({
    ...common,
    entryPoints: [join(dist, 'guard-worker.cjs')],
    // It stands in an address, from which nothing can be required.
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(process.execPath);",
    },
    minify: true,
    write: false,
  })
  const result = await esbuild.build({
    ...common,
    stdin: { contents: main(options), resolveDir: dirname(entry), sourcefile: 'fastmcp-build.mjs' },
    outfile,
    minify,
    keepNames: true,
    sourcemap: 'linked',
    metafile: true,
    define: {
      'import.meta': '__fastmcp_meta',
      __dirname: '__fastmcp_dirname',
      __filename: '__fastmcp_filename',
    },
    banner: { js: banner },
    plugins: [ownMetaFrom(dirname(outfile)), inlined(guard.outputFiles[0]?.text ?? '')],
  })
  return Object.entries(result.metafile.outputs).find(([path]) => !path.endsWith('.map'))?.[1].bytes ?? 0
}

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

/** The first module: the runner takes the process before the user's code is run. */
function main({ entry, exportName, outfile, hasSdk, config }: BundleOptions): string {
  const text = (value: unknown) => JSON.stringify(value)
  // The server's classes come in two copies, one for each format; it must be asked with its own.
  const load = (spec: string) =>
    extname(entry) === '.cjs'
      ? `Promise.resolve().then(() => require(${text(spec)}))`
      : `import(${text(spec)})`
  const sdk = hasSdk
    ? `{ server: () => ${load('@modelcontextprotocol/server')}, stdio: () => ${load('@modelcontextprotocol/server/stdio')} }`
    : 'undefined'
  return `
import { serveBundle } from ${text(join(dist, 'serve-bundle.js'))}
await serveBundle({
  load: async () => { const all = await import(${text(entry)}); return ${text(exportName)} in all ? all : { ...all.default, ...all } },
  exportName: ${text(exportName)},
  label: ${text(relative(process.cwd(), outfile))},
  sdkCopy: ${sdk},
  config: ${text(config)},
})
`
}

/** What CommonJS packages find around them; in an ES module none of it is there by itself. */
const banner = `import { createRequire as __fastmcp_require } from 'node:module';
import { dirname as __fastmcp_dirnameOf } from 'node:path';
import { fileURLToPath as __fastmcp_pathOf } from 'node:url';
const require = __fastmcp_require(import.meta.url), __fastmcp_meta = import.meta;
const __fastmcp_filename = __fastmcp_pathOf(import.meta.url), __fastmcp_dirname = __fastmcp_dirnameOf(__fastmcp_filename);
const __fastmcp_placed = (place) => {
  const url = new URL(place, import.meta.url).href, filename = __fastmcp_pathOf(url);
  return { url, filename, dirname: __fastmcp_dirnameOf(filename), main: false, resolve: (spec) => import.meta.resolve(spec) };
};`

const loaders: Record<string, Loader> = {
  '.tsx': 'tsx',
  '.jsx': 'jsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
}

/**
 * Lets the user's own files see the place they had, as seen from the bundle: data beside them is found as long as
 * both keep their distance, and their entry guards do not take the bundle for themselves.
 */
function ownMetaFrom(folder: string): Plugin {
  return {
    name: 'own-meta',
    setup(build) {
      build.onLoad({ filter: /\.([cm]?[jt]s|[jt]sx)$/ }, ({ path }) => {
        if (path.includes(`${sep}node_modules${sep}`) || path.startsWith(dist)) return undefined
        const source = readFileSync(path, 'utf8')
        const hashbang = /^#!.*\n?/.exec(source)?.[0] ?? ''
        const place = JSON.stringify(relative(folder, path).split(sep).join('/'))
        const contents = `${hashbang}const __fastmcp_meta = __fastmcp_placed(${place}), __fastmcp_filename = __fastmcp_meta.filename, __fastmcp_dirname = __fastmcp_meta.dirname;${source.slice(hashbang.length)}`
        return { contents, loader: loaders[extname(path)] ?? 'ts', resolveDir: dirname(path) }
      })
    },
  }
}

/** The runner's own files beside it: the guard thread goes into the bundle, the preload for workers is left out. */
function inlined(guard: string): Plugin {
  const url = JSON.stringify(`data:text/javascript,${encodeURIComponent(guard)}`)
  const places = [
    { text: placeOf('guard-worker'), instead: `new URL(${url})` },
    { text: placeOf('user-worker'), instead: 'undefined' },
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

const placeOf = (name: string) => `new URL("./${name}.cjs", import.meta.url)`
