// Bundles src/ into dist/: few files, because every module Node loads costs start-up time.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const { version, dependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
const root = fileURLToPath(new URL('..', import.meta.url))

rmSync(`${root}dist`, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli.ts',
    library: 'src/library/public.ts',
    generation: 'src/commands/generation.ts',
    'guard-worker': 'src/process/guard-worker.ts',
    'capture-hooks': 'src/capture/hooks-worker.ts',
    'bundle-worker': 'src/loader/bundle-worker.ts',
    'serve-bundle': 'src/commands/serve-bundle.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // What only a command or two need is built in, so that it costs those who install this no package.
  external: Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
  mainFields: ['module', 'main'],
  metafile: true,
  define: { __VERSION__: JSON.stringify(version) },
  chunkNames: '[name]-[hash]',
  logLevel: 'warning',
})
// Preloaded with --require, the only way that comes before the first line of every kind of worker.
await build({
  absWorkingDir: root,
  entryPoints: ['src/process/user-worker.ts'],
  outfile: 'dist/user-worker.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
})
execFileSync(
  process.execPath,
  [join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc'), '-p', 'tsconfig.types.json'],
  {
    cwd: root,
    stdio: ['ignore', 2, 2],
  },
)

writeFileSync(`${root}dist/LICENSES.txt`, licences(Object.keys(metafile.inputs)))

/** The licences of the packages that were built in, as they ask to be passed on. */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []))
  return [...packages].sort().map(licenceOf).join('\n')
}

function licenceOf(folder) {
  const manifest = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'))
  const file = readdirSync(`${root}${folder}`).find((name) => /^licen[cs]e/i.test(name))
  const text = file ? readFileSync(`${root}${folder}/${file}`, 'utf8') : ''
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`
}
