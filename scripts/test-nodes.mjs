// Runs the tests that may differ between versions of Node on each of them: npm run test:nodes [-- 22 24]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { nodeOf } from './node-versions.mjs'
import { add, closingLine, totalsIn } from './totals.mjs'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']
/** Modules, processes and streams are where versions differ; what stays away is slow and does not. */
const folders = [
  'first',
  'guards',
  'loader',
  'process',
  'sessions/torture',
  'examples/stdio',
  'companions/build',
]
/** Slow ones, for which one version more is enough; the Inspector asks for a newer Node than the oldest of ours. */
const slow = ['dev/inspector', 'dev/other-clients', 'dev/reload', 'dev/debugger', 'library/run']
const script = fileURLToPath(new URL('./test.mjs', import.meta.url))

const total = { passed: 0, failed: 0, skipped: 0 }
for (const version of versions) {
  const wanted = version === '24' ? [...folders, ...slow] : folders
  const args = [script, ...wanted.map((name) => `test/${name}`)]
  const run = spawnSync(nodeOf(version), args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  const totals = totalsIn(run.stdout)
  console.log(`Node ${version}: ${totals ? closingLine(totals) : 'no totals'}`)
  if (run.status !== 0) console.log(run.stdout.slice(run.stdout.indexOf('failing tests')), run.stderr)
  add(total, totals, run.status ?? 1)
}
console.log(closingLine(total))
process.exit(total.failed > 0 ? 1 : 0)
