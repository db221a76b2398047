// Compiles test files once for a run of them: a loader that does so in each of their processes takes longer there than most
// of them run.
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, transform } from 'esbuild'

/** Loaded before the tests of a file, in this order. */
const before = ['limit-tests', 'each-test'].map((name) => `test/support/${name}.ts`)

/**
 * Resolves with what finds the compiled form of a file, what each process loads `first`, and the folder that it is all in,
 * which is the caller's to remove. A file is a path below `cwd`. Modules know themselves by the place of their source.
 */
export async function compileTests(files, cwd = process.cwd()) {
  // Below the folder, where imports of packages find what they find from the source.
  const parent = join(cwd, 'test', 'cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'run-'))
  await build({
    absWorkingDir: cwd,
    entryPoints: [...before, ...files],
    outdir: folder,
    outbase: cwd,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    keepNames: true,
    logLevel: 'error',
    plugins: [knowingThemselves],
  })
  const compiled = (file) => join(folder, relative(cwd, resolve(cwd, file)).replace(/\.ts$/, '.mjs'))
  return { folder, first: before.map((file) => pathToFileURL(compiled(file)).href), compiled }
}

/** @type {import('esbuild').Plugin} */
const knowingThemselves = {
  name: 'modules know themselves by the place of their source',
  setup({ onLoad }) {
    onLoad({ filter: /\.m?[jt]s$/, namespace: 'file' }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), {
        loader: path.endsWith('ts') ? 'ts' : 'js',
        sourcefile: path.split(sep).join('/'),
        sourcemap: 'inline',
        sourcesContent: false,
        target: 'node20',
        define: {
          'import.meta.url': JSON.stringify(pathToFileURL(path).href),
          'import.meta.filename': JSON.stringify(path),
          'import.meta.dirname': JSON.stringify(dirname(path)),
        },
      })
      return { contents: code, loader: 'js', resolveDir: dirname(path) }
    })
  },
}
