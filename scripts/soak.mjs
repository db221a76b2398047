// Runs the tests of fastmcp dev with the full counts: npm run test:soak. With `-- leaks` it is a hundred thousand calls
// of every kind instead, on run and on dev, and what is kept of them.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./test.mjs', import.meta.url))
const env = { ...process.env, FASTMCP_SOAK_SAVES: '50', FASTMCP_SOAK_DEATHS: '50' }
const leaks = fileURLToPath(new URL('../test/load/leaks.ts', import.meta.url))
const args = process.argv.includes('leaks')
  ? ['--import', 'tsx', leaks]
  : [script, 'dev/under-load', 'dev/self-starting']
const { status } = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env,
})
process.exit(status ?? 1)
