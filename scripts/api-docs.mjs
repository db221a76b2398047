// Builds the API pages: npm run docs [-- --html folder --json file]. Typedoc reads types with a TypeScript of its own,
// older than the one that checks them, so both are installed on demand.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedModules } from './npm-cache.mjs'

const modules = cachedModules('typedoc', 'typedoc@0.28.20')
const run = spawnSync(
  process.execPath,
  [join(modules, 'typedoc', 'bin', 'typedoc'), ...process.argv.slice(2)],
  { cwd: fileURLToPath(new URL('../docs/api', import.meta.url)), stdio: 'inherit' },
)
process.exit(run.status ?? 1)
