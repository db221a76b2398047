// Kills one of several workers under load, many times, and says what clients noticed; then compares two workers with
// one: npm run test:workers [-- --kills 50 --clients 12 --workers 3 --seconds 5]. With --design it runs other lines of
// the design instead: npm run test:workers -- --design 2,13 [--part 0.1]
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { times } from '../../test/support/program.ts'
import { WorkersServer } from '../../test/workers/workers-server.ts'
import { Counting, countingClients, type Kill, near } from '../counting.ts'
import { lines, runDesign } from './design.ts'
import { memoryOf } from './many.ts'

const options = new Command()
  .option('--kills <count>', 'workers that are killed', '50')
  .option('--clients <count>', 'clients that call meanwhile', '12')
  .option('--workers <count>', 'workers that serve', '3')
  .option('--seconds <count>', 'how long each measurement takes; 0 for none', '5')
  .option('--design <lines>', 'lines of the design to run instead, such as 2,13, or all')
  .option('--part <share>', 'how many of what the design asks for, of 1', '1')
  .parse()
  .opts<{ kills: string; clients: string; workers: string; seconds: string; design?: string; part: string }>()

if (options.design !== undefined) {
  const numbers = options.design === 'all' ? Object.keys(lines) : options.design.split(',')
  process.exit((await runDesign(numbers, Number(options.part))) ? 0 : 1)
}

const kills: Kill[] = []
const alive = new Set<number>()

/** Kills one of those that have answered lately. */
function killOne(): void {
  const pids = [...alive]
  const pid = pids[Math.floor(Math.random() * pids.length)]
  alive.clear()
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
    kills.push({ from: performance.now(), to: performance.now() })
  } catch {
    // It was killed before.
  }
}

/** The number that a worker says, which is alive as long as it says one. */
function valueIn(text: string): number {
  const [pid, value] = text.split(' ').map(Number)
  alive.add(pid ?? 0)
  return value ?? Number.NaN
}

async function underLoad(): Promise<void> {
  await using server = await WorkersServer.start('shared.ts', { count: Number(options.workers) })
  const clients = await countingClients(server.url, Number(options.clients))
  const counting = new Counting(clients, valueIn)
  const { calls, wrong } = counting
  while (kills.length < Number(options.kills)) {
    await delay(near + 300 + Math.random() * 700)
    killOne()
    await server.running.until(times('serves instead', kills.length))
    if (kills.length % 10 === 0)
      console.log(`${kills.length} kills, ${calls.length} calls, ${wrong.length} wrong`)
  }
  await delay(2_000)
  await counting.stop()
  const { failed, lost, far, farFailed, right } = counting.summary(kills)
  console.log(
    `${kills.length} kills of one of ${options.workers}, ${clients.length} clients, ${calls.length} calls`,
  )
  console.log(`sessions lost: ${lost}, wrong answers: ${wrong.length}, calls failed: ${failed}`)
  console.log(`calls away from kills: ${far.length}, of which failed: ${farFailed.length}`)
  counting.printFaults()
  if (lost + wrong.length > 0 || right < 0.99) process.exitCode = 1
}

/** Calls a second of a tool, over many connections, and MiB that all processes have in memory after them. */
async function throughput(workers: number, tool: string): Promise<{ rate: number; memory: number }> {
  await using server = await WorkersServer.start('shared.ts', { count: workers })
  const clients = await countingClients(server.url, 8)
  let answered = 0
  const end = performance.now() + Number(options.seconds) * 1000
  const calling = clients.map(async (client) => {
    while (performance.now() < end) {
      await client.call(tool)
      answered++
    }
  })
  await Promise.all(calling)
  const [pid = ''] = (await clients[0]?.call('pid'))?.split(' ') ?? []
  return { rate: answered / Number(options.seconds), memory: memoryOf(pid) }
}

await underLoad()
if (Number(options.seconds) > 0) {
  for (const tool of ['burn', 'pid']) {
    const rates: string[] = []
    for (const workers of [1, 2]) {
      const { rate, memory } = await throughput(workers, tool)
      rates.push(`${workers}: ${rate.toFixed(0)}/s, ${memory.toFixed(0)} MiB`)
    }
    console.log(`${tool === 'burn' ? 'a tool of 20 ms of CPU' : 'an empty tool'}: ${rates.join('; ')}`)
  }
}
process.exit()
