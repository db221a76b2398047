// Kills a server with a file store under load and starts it again, many times, and says what its clients noticed:
// npm run test:restarts [-- --kills 50 --clients 12 --start 10000]
import { readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { LogIndex } from '../src/store/file/log-index.ts'
import { header, lineOf } from '../src/store/file/log-line.ts'
import { readLog } from '../src/store/file/read-log.ts'
import { sessionKey } from '../src/store/session-key.ts'
import { KeptServer } from '../test/store/kept-server.ts'
import { Counting, countingClients, type Kill, near } from './counting.ts'

const options = new Command()
  .option('--kills <count>', 'how often the server is killed', '50')
  .option('--clients <count>', 'clients that call meanwhile', '12')
  .option('--start <count>', 'sessions in the file whose start is measured; 0 for none', '10000')
  .option('--starts <count>', 'starts of each kind', '15')
  .parse()
  .opts<{ kills: string; clients: string; start: string; starts: string }>()

const kills: Kill[] = []

async function killed(server: KeptServer): Promise<number> {
  const from = performance.now()
  await server.kill()
  const handle = await open(server.file)
  const { damaged } = await readLog(handle, new LogIndex({ sessions: 1e6, bytes: 1e12 }))
  await handle.close()
  await server.start()
  kills.push({ from, to: performance.now() })
  return damaged
}

async function underLoad(): Promise<void> {
  await using server = await KeptServer.start()
  const clients = await countingClients(server.url, Number(options.clients))
  const counting = new Counting(clients, Number)
  const { calls, wrong } = counting
  let damaged = 0
  for (let kill = 0; kill < Number(options.kills); kill++) {
    await delay(near + 300 + Math.random() * 700)
    damaged += await killed(server)
    if (kill % 10 === 9) console.log(`${kill + 1} kills, ${calls.length} calls, ${wrong.length} wrong`)
  }
  await delay(1_000)
  await counting.stop()
  const { lost, far, farFailed, right } = counting.summary(kills)
  console.log(`${kills.length} kills, ${clients.length} clients, ${calls.length} calls`)
  console.log(`sessions lost: ${lost}, wrong answers: ${wrong.length}, damaged lines: ${damaged}`)
  console.log(
    `calls outside the second of a kill: ${far.length}, answered rightly: ${percent(far.length - farFailed.length, far.length)} (at least 99 %)`,
  )
  counting.printFaults()
  if (lost + wrong.length + damaged > 0 || right < 0.99) process.exitCode = 1
}

const percent = (part: number, whole: number) =>
  whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(2)} %`

/** Milliseconds from the start of the process to the first answer, with and without sessions in its file. */
async function starts(): Promise<void> {
  const took: Record<'full' | 'empty', number[]> = { full: [], empty: [] }
  const record = {
    initialize: {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {}, sampling: {}, roots: {} },
      clientInfo: { name: 'measured', version: '1.0.0' },
    },
    version: '2025-11-25',
    subscriptions: [],
  }
  const seconds = Math.floor(Date.now() / 1000)
  const lines = Array.from({ length: Number(options.start) }, (_, at) =>
    lineOf({ kind: 'session', seconds, key: sessionKey(String(at)) }, record),
  )
  const full = Buffer.concat([Buffer.from(header), ...lines])
  for (let at = 0; at < Number(options.starts); at++) {
    for (const kind of at % 2 === 0 ? (['full', 'empty'] as const) : (['empty', 'full'] as const)) {
      await using server = await KeptServer.start()
      await server.kill('SIGTERM')
      if (kind === 'full') writeFileSync(server.file, full)
      const begun = performance.now()
      await server.start()
      took[kind].push(performance.now() - begun)
      if (kind === 'full' && readFileSync(server.file).length < full.length)
        throw new Error('it was not kept')
    }
  }
  const middle = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
  const [withThem, without] = [middle(took.full), middle(took.empty)]
  console.log(
    `start with ${options.start} sessions (${(full.length / 1024 ** 2).toFixed(1)} MiB): ${withThem.toFixed(0)} ms, ` +
      `without: ${without.toFixed(0)} ms, ${(withThem / without).toFixed(2)} times (at most 1.3)`,
  )
}

if (Number(options.kills) > 0) await underLoad()
if (Number(options.start) > 0) await starts()
process.exit()
