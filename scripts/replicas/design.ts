// What the design asks of replicas, line by line (docs/notes/replicas.md), by way of a real Redis and a balancer that takes
// them in turn: npm run test:replicas:design [-- --lines 2,13 --part 0.1]
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { processorOf } from '../../bench/measures/process-use.ts'
import { ReplicaServers } from '../../test/replicas/replica-servers.ts'
import type { EventSource } from '../../test/support/event-source.ts'
import { callModern, wordsOf } from '../../test/support/raw-calls.ts'
import { inLanes } from '../lanes.ts'
import { type Line, type Outcome, runDesign } from '../workers/design.ts'
import { adoption, owner, pause, subjects } from '../workers/kept.ts'
import { RawSession, until } from '../workers/raw-session.ts'
import { heardOn, questionsAlone, resumed, type Serve } from '../workers/said.ts'

/** Flags that only workers have. */
const ofWorkers = new Set(['--worker-timeout', '0'])

const byReplicas: Serve = (fixture, { count, args = [] }) =>
  ReplicaServers.start(fixture, { count, args: args.filter((one) => !ofWorkers.has(one)) })

/** A replica that Redis cannot be reached from for so many seconds: what it holds goes on, and nothing is said to be gone. */
async function cutOff(seconds: number): Promise<Outcome> {
  await using servers = await ReplicaServers.start('shared.ts', { count: 3, wired: true })
  const [here, there] = [servers.urlOf(0), servers.urlOf(1)]
  const open = async (url: URL) => {
    const session = await RawSession.open(url)
    await session.call('pid')
    return session
  }
  const held = await Promise.all(Array.from({ length: 6 }, () => open(here)))
  const others = await Promise.all(Array.from({ length: 6 }, () => open(there)))
  servers.wires[0]?.cut()
  let [count, lost, wrong] = [0, 0, 0]
  const end = performance.now() + seconds * 1_000
  while (performance.now() < end) {
    const said = await Promise.all(held.map((one) => one.call('count')))
    const asked = await Promise.all(others.map((one) => one.at(here).call('pid')))
    const elsewhere = await Promise.all(others.map((one) => one.call('pid')))
    count += said.length + asked.length + elsewhere.length
    lost += said.filter((one) => !/^\d{3,} \d+$/.test(one)).length
    lost += elsewhere.filter((one) => !/^\d{4,}$/.test(one)).length
    wrong += asked.filter((one) => one === '404').length
    await delay(100)
  }
  servers.wires[0]?.mend()
  const began = performance.now()
  while (!/^\d{4,}$/.test((await others[0]?.at(here).call('pid')) ?? '')) await delay(20)
  const healed = performance.now() - began
  return { count, lost, wrong, note: `healed in ${healed.toFixed(0)} ms (at most 2,000)` }
}

/** Calls that are cancelled by way of another replica: their streams end. */
async function cancels(count: number): Promise<Outcome> {
  await using server = await byReplicas('shared.ts', { count: 3 })
  const session = await RawSession.open(server.url)
  let lost = 0
  for (let at = 0; at < count; at++) {
    const { id, stream } = await session.begin('work')
    await until(stream, 'working')
    await session.say({ method: 'notifications/cancelled', params: { requestId: id } })
    const ended = await Promise.race([stream.rest().then(() => true), delay(5_000, false, { ref: false })])
    if (!ended) lost++
    stream.cut()
  }
  return { count, lost, wrong: 0 }
}

async function streams(count: number): Promise<Outcome> {
  await using server = await byReplicas('shared.ts', { count: 3 })
  return await resumed(count, await RawSession.open(server.url))
}

/** Messages for a stream whose replica hangs and is killed with them: the next stream has them, and that the tools have changed. */
async function home(count: number): Promise<Outcome> {
  await using servers = await ReplicaServers.start('shared.ts', { count: 3 })
  const session = await RawSession.open(servers.urlOf(0))
  const first = await session.listen()
  const elsewhere = session.at(servers.urlOf(1))
  const { stream } = await elsewhere.begin('say-later', { count })
  const [, pid] = /working (\d+)/.exec((await until(stream, 'working')).data) ?? []
  servers.running[0]?.kill('SIGSTOP')
  await stream.rest()
  servers.running[0]?.kill('SIGKILL')
  await first.rest().catch(() => [])
  const words = [...Array<string>(count).fill(`later ${pid}`), 'tools/list_changed']
  const heard = await heardOn(await elsewhere.listen(), words)
  return { count, lost: count + 1 - heard, wrong: 0 }
}

/** How long it takes until all that listen, at three replicas, know that the tools of one have changed. */
async function listeners(count: number): Promise<Outcome> {
  await using servers = await ReplicaServers.start('shared.ts', { count: 3 })
  const told: Promise<number>[] = []
  const streams: EventSource[] = []
  await inLanes(count, async (nth) => {
    const session = await RawSession.open(servers.urlOf(nth % 3))
    const stream = await session.listen()
    streams.push(stream)
    const heard = () => performance.now()
    told.push(until(stream, 'tools/list_changed').then(heard, () => Number.NaN))
  })
  const used = () => servers.running.reduce((sum, { child }) => sum + processorOf(child), 0)
  const [began, before] = [performance.now(), used()]
  await callModern(servers.urlOf(0), 'more')
  const late = delay(30_000, Number.NaN, { ref: false })
  const times = await Promise.all(told.map(async (one) => (await Promise.race([one, late])) - began))
  const served = used() - before
  // Not before: to end ten thousand connections takes longer than to tell them.
  for (const stream of streams) stream.cut()
  const came = times.filter((time) => !Number.isNaN(time)).sort((one, other) => one - other)
  const [middle, last] = [came[Math.floor(came.length / 2)] ?? 0, came.at(-1) ?? 0]
  const clients = `${middle.toFixed(0)} ms for half, ${last.toFixed(0)} ms for all, with what their clients take`
  const note = `${clients}; ${served.toFixed(0)} ms of processor at the three servers (at most 250 ms)`
  return { count, lost: count - came.length, wrong: 0, note }
}

/** Operations of Redis that plain calls cost, beyond signs of life: none. */
async function plain(count: number): Promise<Outcome> {
  await using servers = await ReplicaServers.start('shared.ts', { count: 2, kept: true })
  const session = await RawSession.open(servers.url)
  // Each takes the session over once.
  for (let at = 0; at < 4; at++) await session.call('pid')
  await servers.settled()
  const [began, before] = [performance.now(), await servers.redis.commands()]
  let lost = 0
  for (let at = 0; at < count; at++) if (!/^\d{4,}$/.test(await session.call('pid'))) lost++
  const seconds = (performance.now() - began) / 1_000
  const after = await servers.redis.commands()
  const grown = [...after].map(([name, calls]) => [name, calls - (before.get(name) ?? 0)] as const)
  // A lease and a look each second, a word every three, and this question.
  const alive = new Set(['set', 'exists', 'publish', 'info'])
  const others = grown.filter(([name, calls]) => calls > 0 && !alive.has(name))
  const signs = grown.reduce((sum, [name, calls]) => sum + (alive.has(name) ? calls : 0), 0)
  const beyond = Math.max(0, signs - Math.ceil(2 * (seconds + 2) * 2.4) - 2)
  const wrong = others.reduce((sum, [, calls]) => sum + calls, 0) + beyond
  return { count, lost, wrong, note: `${signs} signs of life in ${seconds.toFixed(0)} s` }
}

/** Calls of the modern era that are asked something by one replica and answered at another. */
async function modern(count: number): Promise<Outcome> {
  await using server = await byReplicas('shared.ts', { count: 3 })
  let wrong = 0
  for (let at = 0; at < count; at++) {
    const said = wordsOf(await callModern(server.url, 'echo', { word: `w${at}` }))
    if (!said.endsWith(` w${at}`)) wrong++
  }
  return { count, lost: 0, wrong }
}

/** A line of workers, with replicas in their place. */
const onReplicas =
  (run: (count: number, serve: Serve) => Promise<Outcome>): Line['run'] =>
  (count) =>
    run(count, byReplicas)

const lines: Readonly<Record<string, Line>> = {
  2: {
    says: 'questions and words of progress by way of another replica',
    count: 1_000,
    run: onReplicas(questionsAlone),
  },
  '2c': { says: 'cancels by way of another replica', count: 500, run: cancels },
  3: { says: 'streams that are resumed at another replica', count: 500, run: streams },
  4: { says: 'messages that wait for a stream of a replica that was killed', count: 100, run: home },
  5: { says: 'listeners at all replicas', count: 10_000, run: listeners },
  8: {
    says: 'calls while one is stopped for so many seconds',
    count: 20,
    run: onReplicas(pause),
  },
  '8c': { says: 'calls while Redis cannot be reached from one for so many seconds', count: 60, run: cutOff },
  9: { says: 'plain calls without an operation of Redis', count: 10_000, run: plain },
  '9m': { says: 'calls of the modern era', count: 2_000, run: modern },
  10: {
    says: 'first requests at once, and ends meanwhile',
    count: 20,
    run: onReplicas(adoption),
  },
  11: {
    says: 'requests of two subjects with all methods',
    count: 50,
    run: onReplicas(subjects),
  },
  13: {
    says: 'sessions of a factory that count to nine',
    count: 100,
    run: onReplicas(owner),
  },
}

const options = new Command()
  .option('--lines <numbers>', 'which', Object.keys(lines).join())
  .option('--part <share>', 'how many of what the design asks for, of 1', '1')
  .parse()
  .opts<{ lines: string; part: string }>()
const right = await runDesign(options.lines.split(','), Number(options.part), lines)
process.exit(right ? 0 : 1)
