// Runs the tests that may differ between versions of Node on each of them: npm run test:nodes [-- 22 24]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { nodeOf } from './node-versions.mjs'
import { add, closingLine, totalsIn } from './totals.mjs'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']
/** Modules, processes and streams are where versions differ; what stays away is slow and does not. */
const folders = [
  'first',
  'dev/reload',
  'guards',
  'loader',
  'process',
  'sessions/torture',
  'library/run',
  'examples/stdio',
  'companions/build',
]
const script = fileURLToPath(new URL('./test.mjs', import.meta.url))

const total = { passed: 0, failed: 0, skipped: 0 }
for (const version of versions) {
  // The Inspector asks for a newer Node than the oldest of ours, so that one version more is enough for its page.
  const inspector = version === '24' ? ['dev/inspector', 'dev/other-clients', 'dev/debugger'] : []
  const args = [script, ...[...folders, ...inspector].map((name) => `test/${name}`)]
  const run = spawnSync(nodeOf(version), args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  const totals = totalsIn(run.stdout)
  console.log(`Node ${version}: ${totals ? closingLine(totals) : 'no totals'}`)
  if (run.status !== 0) console.log(run.stdout.slice(run.stdout.indexOf('failing tests')), run.stderr)
  add(total, totals, run.status ?? 1)
}
console.log(closingLine(total))
process.exit(total.failed > 0 ? 1 : 0)
