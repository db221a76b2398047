// What clients may make a server keep, and what others feel of it: npm run test:budgets [-- streams uris --bin file]
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = mkdtempSync(join(tmpdir(), 'fastmcp-budgets-'))
const script = fileURLToPath(new URL('../test/load/budgets.ts', import.meta.url))
const run = spawn(process.execPath, ['--import', 'tsx', script, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, FASTMCP_CACHE_DIR: cache, FASTMCP_TEST_PATIENCE: '60000', NO_COLOR: '1' },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => run.kill(signal))
run.on('close', (code) => {
  // What prepares the next start may still be writing to it.
  rmSync(cache, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
  process.exit(code ?? 1)
})
