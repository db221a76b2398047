// Runs the tests that may differ between versions of Node on each of them: npm run test:nodes [-- 22 24]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { nodeOf } from './node-versions.mjs'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']
const files = ['first', 'guards', 'loader', 'process', 'sessions', 'library']
const script = fileURLToPath(new URL('./test.mjs', import.meta.url))

let passed = 0
let failed = 0
for (const version of versions) {
  const node = nodeOf(version)
  const run = spawnSync(node, [script, ...files], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const [, good = 0, bad = 0] = /^(\d+) passed, (\d+) failed/m.exec(run.stdout) ?? []
  const crashed = run.status !== 0 && Number(bad) === 0
  passed += Number(good)
  failed += crashed ? 1 : Number(bad)
  console.log(`Node ${version}: ${good} passed, ${bad} failed`)
  if (run.status !== 0) console.log(run.stdout.slice(run.stdout.indexOf('failing tests')), run.stderr)
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
