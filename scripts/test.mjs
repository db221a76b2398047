// Runs the test files on the Node this is started with: of the large matrices a part. `npm test -- name` runs those whose
// path holds the name, and they are whole then; so are all with `--whole`. With `--times` it ends with the slowest tests,
// and the files that took most of the processor.
import { runTests } from './run-tests.mjs'
import { sharing, testFiles } from './test-files.mjs'
import { closeWith, dearest, fileReport, nameFailures, slowest } from './test-report.mjs'

const args = process.argv.slice(2)
const names = args.filter((arg) => !arg.startsWith('--'))
const files = testFiles(names)
const results = await runTests(alternately(sharing(files)), {
  env: { FASTMCP_TEST_WHOLE: names.length > 0 || args.includes('--whole') ? '1' : '0' },
  onFile: (result) => console.log(fileReport(result)),
})
if (args.includes('--times')) console.log(`${slowest(results, 150)}\n${dearest(results, 150)}`)
nameFailures(results)
closeWith(results)

/** From both ends: beside files that keep the processor busy, as those of one folder do, run files that wait. */
function alternately(files) {
  const half = Math.ceil(files.length / 2)
  const last = files.slice(half).reverse()
  return files.slice(0, half).flatMap((file, index) => [file, ...last.slice(index, index + 1)])
}
