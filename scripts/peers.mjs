// Public servers under each command, beside plain Node or tsx: npm run test:peers [-- --resume --step run,dev name ...]
import { runWithCache } from './run-with-cache.mjs'

// What others wrote may take long to load.
runWithCache(['--import', 'tsx', 'test/peers/peers.ts', ...process.argv.slice(2)], {
  FASTMCP_TEST_PATIENCE: '120000',
})
