// Sends strange messages on every road for ten minutes: npm run test:fuzz. FASTMCP_FUZZ_SEED repeats a run.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const test = fileURLToPath(new URL('../test/fuzz/fuzz.test.ts', import.meta.url))
const cache = mkdtempSync(join(tmpdir(), 'fastmcp-fuzz-'))
const env = {
  FASTMCP_FUZZ_SECONDS: '600',
  FASTMCP_FUZZ_SEED: String(Date.now() % 1_000_000),
  ...process.env,
  FASTMCP_CACHE_DIR: cache,
  NO_COLOR: '1',
}
const args = ['--import', 'tsx', '--test', '--test-reporter=spec', test]
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env })
rmSync(cache, { recursive: true, force: true })
process.exit(status ?? 1)
