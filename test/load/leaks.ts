// A hundred thousand calls, cancels, drops and reconnects of both eras, and what a server keeps of them.
import { globalAgent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { program, root } from '../support/program.ts'
import { each } from './each.ts'
import { leaksOf } from './leaks-of.ts'
import { Client } from './mixed.ts'
import { type Kept, type Probed, startProbed } from './probed.ts'
import { processesOf } from './processes-of.ts'
import { tableOf } from './table.ts'

const calls = 100_000
/** What runs warm before it is measured. */
const warm = 10_000
const clients = 8
/** Seconds after which an abandoned session ends, and after which what ends by itself has ended. */
const idle = 3
const settle = 15

const heavy = `${root}test/fixtures/http/heavy.ts`
const rest = ['-p', '0', '--session-timeout', `${idle}`]
const commands: Record<string, readonly string[]> = {
  run: ['run', heavy, '-t', 'http', ...rest],
  dev: ['dev', heavy, '--no-inspector', ...rest],
}

async function turn(server: Probed, whole: number): Promise<{ done: number; wrong: string[] }> {
  const all = Array.from({ length: clients }, () => new Client(server.url))
  await Promise.all(all.map((client) => client.open()))
  const idling = [...all]
  const wrong = new Map<string, number>()
  const act = async (index: number) => {
    const client = idling.pop()
    if (!client) throw new Error('more calls at once than clients')
    await client.act(index).finally(() => idling.push(client))
  }
  const done = await each(whole, clients, act, (what) => wrong.set(what, (wrong.get(what) ?? 0) + 1))
  await Promise.all(all.map((client) => client.end()))
  globalAgent.destroy()
  await delay(settle * 1000)
  return { done, wrong: [...wrong].map(([what, count]) => `${count} × ${what}`) }
}

const keptBy = async (server: Probed): Promise<Map<number, Kept>> => {
  const all = new Map<number, Kept>()
  for (const pid of processesOf(server.started.child.pid ?? 0)) all.set(pid, await server.kept(pid))
  return all
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const rows: string[][] = []
const faults: string[] = []
for (const [name, args] of Object.entries(commands)) {
  process.stderr.write(`fastmcp ${name} …\n`)
  await using server = await startProbed(program, args)
  await turn(server, warm)
  const before = await keptBy(server)
  const began = performance.now()
  const { done, wrong } = await turn(server, calls)
  const seconds = (performance.now() - began) / 1000 - settle
  const after = await keptBy(server)
  const leaks = leaksOf(before, after, done)
  rows.push(...leaks.rows.map((row) => [name, ...row, `${done}`, seconds.toFixed(0)]))
  faults.push(...[...wrong, ...leaks.faults].map((fault) => `${name}: ${fault}`))
}
const titles = [
  'command',
  'process',
  'heap KiB: before, after',
  'bytes a call',
  'RSS MiB: before, after',
  'calls',
  's',
]
process.stdout.write(`\n${tableOf(titles, rows)}\n`)
for (const fault of faults) process.stdout.write(`✗ ${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
