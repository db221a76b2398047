// Runs the tests of fastmcp dev with the full counts: npm run test:soak
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./test.mjs', import.meta.url))
const env = { ...process.env, FASTMCP_SOAK_SAVES: '50', FASTMCP_SOAK_DEATHS: '50' }
const { status } = spawnSync(process.execPath, [script, 'dev/under-load', 'dev/self-starting'], {
  stdio: 'inherit',
  env,
})
process.exit(status ?? 1)
