// Replicas are killed, stopped and replaced, and their Redis is stopped, cut off, replaced, killed and emptied, while clients of both eras
// call: npm run test:replicas [-- --minutes 2 --seed 1 --clients 12 --replicas 3]
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { ReplicaServers } from '../../test/replicas/replica-servers.ts'
import type { Balancer } from '../../test/support/rolling.ts'
import { Counting, countingClients } from '../counting.ts'
import { Legacy, Modern, Noticed } from './calling.ts'
import { faults, happen, type Window } from './faults.ts'
import { frontOf } from './front.ts'
import { printCalls, printWindows } from './report.ts'
import { oneOf, seeded } from './seeded.ts'

const options = new Command()
  .option('--minutes <count>', 'how long', '2')
  .option('--seed <number>', 'what happens when; one of its own without it')
  .option('--clients <count>', 'clients that call meanwhile', '12')
  .option('--replicas <count>', 'replicas that serve', '3')
  .option(
    '--front <program>',
    'nginx or haproxy in front of three replicas; a balancer of the tests without it',
  )
  .option('--only <faults>', `of ${Object.keys(faults).join(', ')}`)
  .parse()
  .opts<{
    minutes: string
    seed?: string
    clients: string
    replicas: string
    only?: string
    front?: Balancer
  }>()

const seed = Number(options.seed ?? Math.floor(Math.random() * 1e6))
const random = seeded(seed)
const kinds = (options.only?.split(',') ?? Object.keys(faults)) as [string, ...string[]]
console.log(
  `seed ${seed}, ${options.minutes} minutes, ${options.clients} clients, ${options.replicas} replicas`,
)

const env: Record<string, string> = {}
const servers = await ReplicaServers.start('shared.ts', {
  count: Number(options.replicas),
  args: ['--drain-delay', '1'],
  env,
  wired: true,
})
// What was refused has not been done.
servers.balancer.refusals = new Set([503])
const front = options.front && (await frontOf(options.front, servers))
const url = front?.url ?? servers.url

const windows: Window[] = []
let apart = { from: Number.POSITIVE_INFINITY, to: 0 }
/** Without Redis, what is set counts where it was set: replicas that hold one session count for themselves. */
const excuses = (since: number) => performance.now() >= apart.from && since <= apart.to + 2_000

const noticed = new Noticed()
const count = Number(options.clients)
const counting = new Counting(
  await countingClients(url, Math.ceil(count / 3)),
  (text) => Number(text.split(' ')[1]),
  excuses,
)
const callers = Array.from({ length: count - Math.ceil(count / 3) }, (_, at) => {
  const Kind = at % 2 === 0 ? Legacy : Modern
  return new Kind(url, `c${at}`, noticed, seeded(seed + at))
})
let stopping = false
const calling = Promise.all(callers.map((caller) => caller.run(() => stopping)))

const end = performance.now() + Number(options.minutes) * 60_000
while (performance.now() < end) {
  await delay(1_000 + random() * 3_000)
  const what = oneOf(kinds, random)
  if (what.startsWith('Redis')) apart = { from: performance.now(), to: Number.POSITIVE_INFINITY }
  const window = await happen(what, { servers, env, random })
  if (what.startsWith('Redis')) apart = { ...apart, to: performance.now() }
  windows.push(window)
  const failed = noticed.calls.filter(({ fault }) => fault !== undefined).length
  console.error(
    `  ${what}: ${(window.from / 1000).toFixed(1)} to ${(window.to / 1000).toFixed(1)} s; ${noticed.calls.length} calls, ${failed} failed`,
  )
}
await delay(2_000)
stopping = true
await Promise.all([calling, counting.stop()])

printWindows(windows)
const counts = counting.calls.map((one) => ({ ...one, client: 'counting', what: 'count' }))
const right = printCalls([...noticed.calls, ...counts], windows)
const { lost } = counting.summary([])
const wrong = [...noticed.wrong, ...counting.wrong]
console.log(`sessions lost: ${noticed.lost.length + lost}`)
console.log(`wrong answers: ${wrong.length}, to someone else: ${noticed.others.length}`)
console.log(`values set apart while Redis was away: ${counting.excused.length}`)
for (const one of wrong) console.log(`  wrong: ${one}`)
if (lost + noticed.lost.length + wrong.length > 0 || right < 0.99) process.exitCode = 1
front?.running.kill('SIGTERM')
await front?.running.exited
await servers[Symbol.asyncDispose]()
process.exit()
