// Whether fastmcp dev grows with the number of reloads: memory and processor time of the front, and time of each reload.
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
const sizes: (readonly [all: number, own: number])[] = []
const busy: number[] = []
const pid = edited.dev.child.pid ?? 0
for (let reload = 0; reload < reloads; reload++) {
  const changed = new Promise<void>((resolve) => {
    heard = resolve
  })
  const [begun, used] = [performance.now(), processorMs(pid)]
  edited.save(`save ${reload}`)
  await changed
  times.push(performance.now() - begun)
  sizes.push(residentMiB(pid))
  // Two saves at once would count as one.
  await new Promise((resolve) => setTimeout(resolve, 200))
  busy.push(processorMs(pid) - used)
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
const tenth = Math.floor(reloads / 10)
const tenths = (values: readonly number[], of: (values: readonly number[]) => number) =>
  Array.from({ length: 10 }, (_, part) => of(values.slice(part * tenth, (part + 1) * tenth)).toFixed(0)).join(
    ' ',
  )
console.log(`${reloads} reloads, a number for each tenth of them (Node ${process.versions.node})`)
console.log(
  `memory of the front, MiB, median         ${tenths(
    sizes.map(([all]) => all),
    median,
  )}`,
)
console.log(
  `  of which no file of Node's              ${tenths(
    sizes.map(([, own]) => own),
    median,
  )}`,
)
const [early, late] = [times.slice(5, 14), times.slice(-9)].map(median)
console.log(
  `save → list_changed, the last nine ÷ the sixth to fourteenth   ${((late ?? 0) / (early ?? 1)).toFixed(2)}`,
)
console.log(`save → list_changed, ms, median          ${tenths(times, median)}`)
console.log(`processor time of the front, ms, mean    ${tenths(busy, mean)}`)
await client.close()

/** What the system says the process holds in memory, and how much of that is not of a file (Linux). */
function residentMiB(pid: number): readonly [all: number, own: number] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [all = 0, own = 0] = ['VmRSS', 'RssAnon'].map(
    (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024,
  )
  return [all, own]
}

/** Processor time of the process and its threads until now (Linux counts in hundredths of a second). */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}
