// The rows of the scorecard on speed, each as a ratio to a peer measured in the same run, and on memory.
//   npm run bench [-- rounds]
import { benchHttp } from './http.ts'
import { benchMemory } from './memory.ts'
import { benchStart } from './start.ts'
import { print } from './table.ts'

const rounds = Number(process.argv[2] ?? 9)
console.log(`median of ${rounds} interleaved rounds, Node ${process.versions.node}`)
print(await benchStart(rounds))
print(await benchHttp(rounds))
print(await benchMemory())
