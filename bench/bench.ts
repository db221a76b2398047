// The speed rows of the scorecard, each as a ratio to a peer measured in the same run.
//   npm run bench [-- rounds]
import { benchHttp } from './http.ts'
import { benchStart } from './start.ts'
import { print } from './table.ts'

const rounds = Number(process.argv[2] ?? 9)
console.log(`median of ${rounds} interleaved rounds, Node ${process.versions.node}`)
print(await benchStart(rounds))
print(await benchHttp(rounds))
