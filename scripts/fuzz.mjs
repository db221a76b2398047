// Sends strange messages on every road for ten minutes: npm run test:fuzz. FASTMCP_FUZZ_SEED repeats a run.
import { fileURLToPath } from 'node:url'
import { runWithCache } from './run-with-cache.mjs'

const test = fileURLToPath(new URL('../test/fuzz/fuzz.test.ts', import.meta.url))
const { FASTMCP_FUZZ_SECONDS = '600', FASTMCP_FUZZ_SEED = String(Date.now() % 1_000_000) } = process.env
runWithCache(['--import', 'tsx', '--test', '--test-reporter=spec', test], {
  FASTMCP_FUZZ_SECONDS,
  FASTMCP_FUZZ_SEED,
})
