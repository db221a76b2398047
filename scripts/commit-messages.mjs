// Names each commit whose message has not the form of CONTRIBUTING.md: npm run check:commits -- [from]
import { faultsOf } from './commit-form.mjs'
import { commitsSince } from './commits.mjs'

/** The last commit before messages were held to this form. */
const before = '0fd71ad207315ffdf0358fddd601196db538858a'
const [from = before] = process.argv.slice(2)

const commits = commitsSince(from).map((commit) => ({ ...commit, faults: faultsOf(commit.subject) }))
const wrong = commits.filter(({ faults }) => faults.length > 0)
for (const { name, subject, faults } of wrong)
  console.error([`${name} ${subject}`, ...faults.map((fault) => `    ${fault}`)].join('\n'))
console.log(`${commits.length} commits, ${wrong.length} to be reworded`)
process.exitCode = wrong.length > 0 ? 1 : 0
