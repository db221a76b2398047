import { compare, inspectsSame, isSame, type Said } from './drive.ts'
import { publicServers } from './servers.ts'

// Installs public servers and drives each under plain Node and under the runner:
//   npm run compat [-- part-of-a-name ...]
const wanted = process.argv.slice(2)
const servers = publicServers.filter(
  (server) => wanted.length === 0 || wanted.some((part) => server.package.includes(part)),
)
const words = (said: Said) => ('tools' in said ? `${said.tools.length} tools` : 'no')
let [same, inspected, comparable] = [0, 0, 0]
const faults: string[] = []
for (const server of servers) {
  try {
    const row = await compare(server)
    const verdict = isSame(row) ? 'same' : 'tools' in row.node ? 'DIFFERENT' : 'does not start under node'
    if ('tools' in row.node) comparable++
    if (isSame(row)) same++
    const inspects = inspectsSame(row)
    if (inspects) inspected++
    const columns = [row.node, row.stdio, row.http, row.sse].map((said) => words(said).padEnd(10)).join('')
    console.log(
      `${`${row.package} ${row.version}`.padEnd(52)}${columns}${verdict.padEnd(28)}inspect ${inspects ? 'same' : 'no'}`,
    )
    for (const key of ['node', 'stdio', 'http', 'sse', 'inspect'] as const) {
      const said = row[key]
      if ('fault' in said) faults.push(`${row.package} ${key}: ${said.fault}`)
    }
  } catch (error) {
    console.log(`${server.package.padEnd(52)}cannot be installed: ${String(error).slice(0, 100)}`)
  }
}
console.log(`${same} of ${comparable} that start under plain node give the same on every transport`)
console.log(`${inspected} of them say in inspect --json what an official client sees under plain node`)
for (const fault of faults) console.log(`\n${fault}`)
