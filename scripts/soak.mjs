// Runs the tests of fastmcp dev with the full counts: npm run test:soak. With `-- leaks` it is a hundred thousand calls
// of every kind instead, on run and on dev, and what is kept of them.
import { fileURLToPath } from 'node:url'
import { runWithCache } from './run-with-cache.mjs'

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url))
if (process.argv.includes('leaks')) runWithCache(['--import', 'tsx', pathOf('../test/load/leaks.ts')])
else
  runWithCache([pathOf('./test.mjs'), 'dev/under-load', 'dev/self-starting'], {
    FASTMCP_SOAK_SAVES: '50',
    FASTMCP_SOAK_DEATHS: '50',
  })
