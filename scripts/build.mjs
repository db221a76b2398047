// Bundles src/ into dist/: few files, because every module Node loads costs start-up time.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const root = fileURLToPath(new URL('..', import.meta.url))

rmSync(`${root}dist`, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli.ts',
    library: 'src/library/public.ts',
    generation: 'src/commands/generation.ts',
    'guard-worker': 'src/process/guard-worker.ts',
    'bundle-worker': 'src/loader/bundle-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
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
