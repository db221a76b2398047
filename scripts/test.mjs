// Runs the test files on the Node this is started with; `npm test -- name` runs those whose path holds the name.
import { runTests } from './run-tests.mjs'
import { testFiles } from './test-files.mjs'
import { closeWith, fileReport, nameFailures } from './test-report.mjs'

const results = await runTests(testFiles(process.argv.slice(2)), {
  onFile: (result) => console.log(fileReport(result)),
})
nameFailures(results)
closeWith(results)
