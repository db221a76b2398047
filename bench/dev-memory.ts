// Whether fastmcp dev grows with the number of reloads: memory of the front, and time of each reload.
//   npm run build && npx tsx bench/dev-memory.ts [reloads]
import { readFileSync } from 'node:fs'
import { clientV2, connectV2 } from '../test/support/clients.ts'
import { Edited } from '../test/support/dev.ts'

const reloads = Number(process.argv[2] ?? 500)

await using edited = new Edited()
const client = clientV2()
let heard: () => void = () => undefined
client.setNotificationHandler('notifications/tools/list_changed', () => heard())
await connectV2({ http: await edited.url() }, client)
await edited.dev.until(/ready/)

const times: number[] = []
const sizes: number[] = []
for (let reload = 0; reload < reloads; reload++) {
  const changed = new Promise<void>((resolve) => {
    heard = resolve
  })
  const begun = performance.now()
  edited.save(`save ${reload}`)
  await changed
  times.push(performance.now() - begun)
  sizes.push(residentMiB(edited.dev.child.pid ?? 0))
  // Two saves at once would count as one.
  await new Promise((resolve) => setTimeout(resolve, 200))
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const tenth = Math.ceil(reloads / 10)
console.log(`${reloads} reloads, first tenth → last tenth, medians (Node ${process.versions.node})`)
console.log(
  `memory of the front  ${median(sizes.slice(0, tenth)).toFixed(0)} → ${median(sizes.slice(-tenth)).toFixed(0)} MiB`,
)
console.log(
  `save → list_changed  ${median(times.slice(0, tenth)).toFixed(0)} → ${median(times.slice(-tenth)).toFixed(0)} ms`,
)
await client.close()

/** What the system says the process holds in memory (Linux). */
function residentMiB(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
