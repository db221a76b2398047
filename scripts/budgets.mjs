// What clients may make a server keep, and what others feel of it: npm run test:budgets [-- streams uris --bin file]
import { fileURLToPath } from 'node:url'
import { runWithCache } from './run-with-cache.mjs'

const script = fileURLToPath(new URL('../test/load/budgets.ts', import.meta.url))
runWithCache(['--import', 'tsx', script, ...process.argv.slice(2)], { FASTMCP_TEST_PATIENCE: '60000' })
