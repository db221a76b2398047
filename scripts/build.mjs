// Bundles src/ into dist/: few files, because every module Node loads costs start-up time.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { cli, modules, scripts, start } from './entries.mjs'

const require = createRequire(import.meta.url)
const { version, dependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
// What only a command or two need is built in, so that it costs those who install this no package.
// commander and picocolors are needed by every start, which is sooner without more files to find and read.
const builtIn = ['commander', 'picocolors']
const external = Object.keys(dependencies)
  .filter((name) => !builtIn.includes(name))
  .flatMap((name) => [name, `${name}/*`])
const define = { __VERSION__: JSON.stringify(version) }
const root = fileURLToPath(new URL('..', import.meta.url))

rmSync(`${root}dist`, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: modules,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external,
  mainFields: ['module', 'main'],
  metafile: true,
  define,
  chunkNames: '[name]-[hash]',
  logLevel: 'warning',
})
// The command line is a script, not a module, because only a script has a code cache on every Node.
const bundled = await build({
  absWorkingDir: root,
  entryPoints: [cli],
  outfile: 'dist/cli.cjs',
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  external,
  mainFields: ['module', 'main'],
  define: { ...define, 'import.meta.url': '__url', 'import.meta.dirname': '__dirname' },
  metafile: true,
  logLevel: 'warning',
})
// Node 20 has no import() in a script with a code cache. What `fastmcp build` writes keeps its own.
const script = bundled.outputFiles[0].text.replaceAll(/\bimport\((?!\$\{)/g, '__import(')
writeFileSync(`${root}dist/cli.cjs`, script)
await build({
  absWorkingDir: root,
  entryPoints: [start],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  define: {
    ...define,
    __CLI_HASH__: JSON.stringify(createHash('sha256').update(script).digest('hex').slice(0, 24)),
  },
  logLevel: 'warning',
})
// The one is preloaded with --require, the only way that comes before the first line of every kind of worker. The
// other starts with every server, and a thread starts sooner without the loader of modules.
await build({
  absWorkingDir: root,
  entryPoints: scripts,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
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

writeFileSync(
  `${root}dist/LICENSES.txt`,
  licences([metafile, bundled.metafile].flatMap(({ inputs }) => Object.keys(inputs))),
)

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
