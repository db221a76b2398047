// Kills one of several workers under load, many times, and says what clients noticed; then compares two workers with
// one: npm run test:workers [-- --kills 50 --clients 12 --workers 3 --seconds 5]. With --design it runs other lines of
// the design instead: npm run test:workers -- --design 2,13 [--part 0.1]
import { setTimeout as delay } from 'node:timers/promises'
import { StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { Command } from 'commander'
import { clientV1, clientV2, textOf } from '../../test/support/clients.ts'
import { times } from '../../test/support/program.ts'
import { WorkersServer } from '../../test/workers/workers-server.ts'
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

/** Milliseconds around a kill within which calls may fail. */
const near = 1_000

/** Milliseconds that a client waits for an answer. */
const timeout = 20_000

interface Client {
  readonly name: string
  call(name: string): Promise<string>
  /** What the server has confirmed last, and the calls since that it may have carried out. */
  counted: number
  unsure: number
}

interface Call {
  readonly began: number
  readonly ended: number
  readonly fault: string | undefined
}

const calls: Call[] = []
const kills: number[] = []
const wrong: string[] = []
const alive = new Set<number>()
let stopping = false

async function connect(url: URL, at: number): Promise<Client> {
  const about = { counted: 0, unsure: 0 }
  if (at % 2 === 0) {
    const client = clientV1()
    await client.connect(new HttpV1(url) as Parameters<typeof client.connect>[0])
    const call = async (name: string) => textOf(await client.callTool({ name }, undefined, { timeout }))
    return { name: `v1-${at}`, call, ...about }
  }
  const client = clientV2()
  await client.connect(new HttpV2(url))
  const call = async (name: string) => textOf(await client.callTool({ name }, { timeout }))
  return { name: `v2-${at}`, call, ...about }
}

/** Counts on and on. What the server says must be one more than before, or as many more as calls got no answer. */
async function count(client: Client): Promise<void> {
  while (!stopping) {
    const began = performance.now()
    let fault: string | undefined
    try {
      const [pid, value] = (await client.call('count')).split(' ').map(Number)
      alive.add(pid ?? 0)
      const counted = value ?? Number.NaN
      if (!(counted > client.counted && counted <= client.counted + client.unsure + 1))
        wrong.push(`${client.name}: ${counted} after ${client.counted}, ${client.unsure} unsure`)
      client.counted = counted
      client.unsure = 0
    } catch (error) {
      fault = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      client.unsure++
    }
    calls.push({ began, ended: performance.now(), fault })
    await delay(fault === undefined ? 5 : 50)
  }
}

/** Kills one of those that have answered lately. */
function killOne(): void {
  const pids = [...alive]
  const pid = pids[Math.floor(Math.random() * pids.length)]
  alive.clear()
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
    kills.push(performance.now())
  } catch {
    // It was killed before.
  }
}

async function underLoad(): Promise<void> {
  await using server = await WorkersServer.start('shared.ts', { count: Number(options.workers) })
  const { url } = server
  const clients = await Promise.all(
    Array.from({ length: Number(options.clients) }, (_, at) => connect(url, at)),
  )
  const counting = clients.map(count)
  while (kills.length < Number(options.kills)) {
    await delay(near + 300 + Math.random() * 700)
    killOne()
    await server.running.until(times('serves instead', kills.length))
    if (kills.length % 10 === 0)
      console.log(`${kills.length} kills, ${calls.length} calls, ${wrong.length} wrong`)
  }
  await delay(2_000)
  stopping = true
  await Promise.all(counting)
  const failed = calls.filter(({ fault }) => fault !== undefined)
  const gone = failed.filter(({ fault }) => /404|session not found|not initialized/i.test(fault ?? ''))
  const lost = clients.filter(({ counted }) => counted === 0 || Number.isNaN(counted)).length
  const far = calls.filter(({ began, ended }) => !kills.some((kill) => ended >= kill && began <= kill + near))
  const farFailed = far.filter(({ fault }) => fault !== undefined)
  console.log(
    `${kills.length} kills of one of ${options.workers}, ${clients.length} clients, ${calls.length} calls`,
  )
  console.log(
    `sessions lost: ${lost + gone.length}, wrong answers: ${wrong.length}, calls failed: ${failed.length}`,
  )
  console.log(`calls away from kills: ${far.length}, of which failed: ${farFailed.length}`)
  const reasons = new Map<string, number>()
  for (const { fault = '' } of failed) reasons.set(fault, (reasons.get(fault) ?? 0) + 1)
  for (const [reason, times] of reasons) console.log(`  ${times} × ${reason}`)
  for (const one of wrong) console.log(`  wrong: ${one}`)
  const right = far.length === 0 ? 1 : 1 - farFailed.length / far.length
  if (lost + gone.length + wrong.length > 0 || right < 0.99) process.exitCode = 1
}

/** Calls a second of a tool, over many connections, and MiB that all processes have in memory after them. */
async function throughput(workers: number, tool: string): Promise<{ rate: number; memory: number }> {
  await using server = await WorkersServer.start('shared.ts', { count: workers })
  const clients = await Promise.all(Array.from({ length: 8 }, (_, at) => connect(server.url, at)))
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
