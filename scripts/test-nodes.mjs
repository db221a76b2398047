// Runs the tests that may differ between versions of Node on each of them: npm run test:nodes [-- 22 24 --whole]
import { nodeOf } from './node-versions.mjs'
import { runTests } from './run-tests.mjs'
import { testFiles } from './test-files.mjs'
import { closeWith, dearest, showFailures, totalsOf } from './test-report.mjs'
import { closingLine } from './totals.mjs'

const args = process.argv.slice(2)
const whole = args.includes('--whole')
const named = args.filter((arg) => !arg.startsWith('--'))
const versions = named.length > 0 ? named : ['22', '24', '26']
/** Modules and what changes Node itself are where versions differ most: on every one. */
const everywhere = ['first', 'patches', 'loader/modules']
/** Processes, streams and guards: each on one other version at least, and on all with --whole. */
const shared = {
  22: ['loader/runtime', 'sessions/abort', 'guards/own-run'],
  24: ['guards', 'loader/runtime', 'process/stops', 'companions/build.test', 'sessions/torture'],
  26: ['guards/is-main', 'process/stops', 'sessions/abort'],
}
/** Slow ones; the Inspector asks for a newer Node than the oldest of ours. Not loader/cache-folder: it runs as users who may not run a Node in a folder of ours. */
const slow = [
  ...Object.values(shared).flat(),
  'trust/admission',
  'library/run',
  'process',
  'dev/reload',
  'dev/read-files',
  'dev/tasks',
  'dev/inspector.test',
  'loader/cache-files',
  'loader/launchers',
  'loader/packages',
  'loader/self',
  'loader/shapes',
  'examples/stdio',
  'dev/other-clients',
  'dev/debugger',
]

const all = []
for (const version of versions) {
  const wanted = [...everywhere, ...(whole ? slow : (shared[version] ?? []))]
  const files = testFiles(wanted.map((name) => `test/${name}`))
  const results = await runTests(files, {
    node: nodeOf(version),
    env: { FASTMCP_TEST_WHOLE: whole ? '1' : '0' },
  })
  console.log(`Node ${version}: ${closingLine(totalsOf(results))}`)
  showFailures(results)
  all.push(...results)
}
if (args.includes('--times')) console.log(dearest(all, 50))
closeWith(all)
