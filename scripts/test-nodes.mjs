// Runs the tests that may differ between versions of Node on each of them: npm run test:nodes [-- 22 24]
import { nodeOf } from './node-versions.mjs'
import { runTests } from './run-tests.mjs'
import { testFiles } from './test-files.mjs'
import { closeWith, showFailures, totalsOf } from './test-report.mjs'
import { closingLine } from './totals.mjs'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']
/** Modules, processes and streams are where versions differ; what stays away is slow and does not. */
const folders = [
  'first',
  'guards',
  'loader/modules',
  'loader/runtime',
  'process/stops',
  'companions/build',
  'sessions/abort',
]
/**
 * Slow ones, for which one version more is enough; the Inspector asks for a newer Node than the oldest of ours. Not
 * loader/cache-folder: it runs as users who may not run a Node in a folder of ours.
 */
const more = [
  'loader/cache-files',
  'loader/launchers',
  'loader/packages',
  'loader/self',
  'loader/shapes',
  'process',
  'sessions/torture',
  'examples/stdio',
  'trust/admission',
  'dev/inspector.test',
  'dev/other-clients',
  'dev/reload',
  'dev/debugger',
  'library/run',
]

const all = []
for (const version of versions) {
  const wanted = version === '24' ? [...folders, ...more] : folders
  const files = testFiles(wanted.map((name) => `test/${name}`))
  const results = await runTests(files, { node: nodeOf(version) })
  console.log(`Node ${version}: ${closingLine(totalsOf(results))}`)
  showFailures(results)
  all.push(...results)
}
closeWith(all)
