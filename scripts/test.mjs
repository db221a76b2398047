// Runs the test files on the Node this is started with: of the large matrices a part. `npm test -- name` runs those whose
// path holds the name, and they are whole then; so are all with `--whole`.
import { runTests } from './run-tests.mjs'
import { testFiles } from './test-files.mjs'
import { closeWith, fileReport, nameFailures } from './test-report.mjs'

const args = process.argv.slice(2)
const results = await runTests(testFiles(args.filter((arg) => arg !== '--whole')), {
  env: { FASTMCP_TEST_WHOLE: args.length > 0 ? '1' : '0' },
  onFile: (result) => console.log(fileReport(result)),
})
nameFailures(results)
closeWith(results)
