// Lines 2 to 4 of the design: what is said in one worker and has to reach another.
import { setTimeout as delay } from 'node:timers/promises'
import type { EventSource } from '../../test/support/event-source.ts'
import { times } from '../../test/support/program.ts'
import { WorkersServer } from '../../test/workers/workers-server.ts'
import type { Outcome } from './design.ts'
import { holderOf } from './holder-of.ts'
import { answerIn, RawSession, until } from './raw-session.ts'

const shared = () => WorkersServer.start('shared.ts', { count: 3 })

/** Starts several processes that serve a file, and lets requests come to them in turn. */
export type Serve = (
  fixture: string,
  options: { count: number; args?: readonly string[] },
) => Promise<AsyncDisposable & { readonly url: URL }>

export const byWorkers: Serve = (fixture, options) => WorkersServer.start(fixture, options)

/**
 * Questions whose answers come in at another worker, every other after a word of how far the client is, and half as many
 * cancels.
 */
export async function questions(count: number): Promise<Outcome> {
  const asked = await questionsAlone(count)
  const cancelled = await cancels(Math.ceil(count / 2))
  return {
    count: asked.count + cancelled.count,
    lost: asked.lost + cancelled.lost,
    wrong: asked.wrong,
    note: `${count} questions, ${Math.ceil(count / 2)} words of progress, ${cancelled.count} cancels`,
  }
}

export async function questionsAlone(count: number, serve = byWorkers): Promise<Outcome> {
  await using server = await serve('asking.ts', { count: 3 })
  const session = await RawSession.open(server.url)
  let [lost, wrong] = [0, 0]
  for (let at = 0; at < count; at++) {
    const { stream } = await session.begin('ask')
    const { id, params } = JSON.parse((await until(stream, 'elicitation/create')).data)
    const step = at % 2 === 0 ? String(at + 1) : ''
    if (step) {
      const progress = { progressToken: params._meta.progressToken, progress: at + 1 }
      if ((await session.say({ method: 'notifications/progress', params: progress })) !== 202) lost++
    }
    const status = await session.say({ id, result: { action: 'accept', content: { word: `w${at}` } } })
    const last = (await stream.rest()).at(-1)
    if (status !== 202 || !last) lost++
    else if (!answerIn(last).endsWith(`said w${at} after ${step}`)) wrong++
  }
  return { count: count + Math.ceil(count / 2), lost, wrong }
}

async function cancels(count: number): Promise<Outcome> {
  await using server = await shared()
  const session = await RawSession.open(server.url)
  for (let at = 0; at < count; at++) {
    const { id, stream } = await session.begin('work')
    await until(stream, 'working')
    await session.say({ method: 'notifications/cancelled', params: { requestId: id } })
    await stream.rest()
  }
  const heard = await server.running.until(times('cancelled in', count)).then(
    () => count,
    () => server.running.stderr.split('cancelled in').length - 1,
  )
  return { count, lost: count - heard, wrong: 0 }
}

/** Streams that are cut and go on at another worker; a tenth of them of a worker that is killed. */
export async function streams(count: number): Promise<Outcome> {
  await using server = await shared()
  const session = await RawSession.open(server.url)
  let { lost, wrong } = await resumed(count, session)
  let slowest = 0
  const killed = Math.ceil(count / 50)
  for (let at = 1; at <= killed; at++) {
    const { stream } = await session.begin('work')
    const working = await until(stream, 'working')
    process.kill(Number(/working (\d+)/.exec(working.data)?.[1]), 'SIGKILL')
    await stream.rest().catch(() => [])
    await server.until(times('was killed by', at))
    const begun = performance.now()
    const last = (await (await session.listen(working.id)).rest()).at(-1)
    slowest = Math.max(slowest, performance.now() - begun)
    if (!last) lost++
    else if (!answerIn(last).startsWith('-32603')) wrong++
    await server.until(times('serves instead', at))
  }
  return { count: count + killed, lost, wrong, note: `${slowest.toFixed(0)} ms to -32603 (at most 1,500)` }
}

/** Streams that are cut, twenty at a time, and go on wherever they are asked for. */
export async function resumed(count: number, session: RawSession): Promise<Outcome> {
  let [lost, wrong] = [0, 0]
  const resume = async () => {
    const { stream } = await session.begin('slow')
    const begun = await until(stream, 'begun')
    stream.cut()
    const rest = (await (await session.listen(begun.id)).rest()).filter(({ data }) => data !== '')
    if (rest.length === 0) lost++
    else if (rest.length > 1 || !answerIn(rest[0] ?? begun).endsWith('done')) wrong++
  }
  const lanes = Array.from({ length: 20 }, async (_, lane) => {
    for (let at = lane; at < count; at += 20) await resume()
  })
  await Promise.all(lanes)
  return { count, lost, wrong }
}

/** Messages for a stream whose worker hangs and is killed with them, and as many while all others are gone, too. */
export async function home(count: number): Promise<Outcome> {
  const half = Math.ceil(count / 2)
  const outcomes = [await killedWithMessages(half), await nobodyAtHome(half)]
  return { count: 2 * half, lost: outcomes.reduce((sum, { lost }) => sum + lost, 0), wrong: 0 }
}

/** The next stream has what the worker of the last one was given and could not send, and that the tools have changed. */
async function killedWithMessages(count: number): Promise<Outcome> {
  await using server = await WorkersServer.start('shared.ts', { count: 2, args: ['--worker-timeout', '0'] })
  const session = await RawSession.open(server.url)
  const first = await session.listen()
  const home = holderOf(first.localPort ?? 0)
  const call = async (): Promise<{ pid: number; stream: EventSource }> => {
    const { stream } = await session.begin('say-later', { count })
    const { data } = await until(stream, 'working')
    const pid = Number(/working (\d+)/.exec(data)?.[1])
    // Each takes every other connection.
    return pid === home ? call() : { pid, stream }
  }
  const { pid, stream } = await call()
  process.kill(home, 'SIGSTOP')
  await stream.rest()
  process.kill(home, 'SIGKILL')
  await first.rest().catch(() => [])
  await server.until(times('serves instead', 1))
  const [said, changed] = [`later ${pid}`, 'tools/list_changed']
  const heard = await heardOn(await session.listen(), [...Array<string>(count).fill(said), changed])
  return { count, lost: count + 1 - heard, wrong: 0 }
}

/** How many events of a stream have one of these in them, in any order, until all have come or for half a minute. */
export async function heardOn(stream: EventSource, words: string[]): Promise<number> {
  const left = [...words]
  const late = delay(30_000, undefined, { ref: false }).then(() => stream.cut())
  const reading = (async () => {
    while (left.length > 0) {
      const event = await stream.next()
      if (!event) return
      const at = left.findIndex((word) => event.data.includes(word))
      if (at >= 0) left.splice(at, 1)
    }
  })().catch(() => undefined)
  await Promise.race([reading, late])
  stream.cut()
  return words.length - left.length
}

/** Messages that wait for a stream whose worker is gone, as all others are. */
async function nobodyAtHome(count: number): Promise<Outcome> {
  await using server = await shared()
  const session = await RawSession.open(server.url)
  const pids = new Set<string>()
  while (pids.size < 3) pids.add(await session.call('pid'))
  const first = await session.listen()
  await session.call('say')
  await until(first, 'loudly')
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
  await first.rest().catch(() => [])
  await server.until(times('serves instead', 3))
  for (let at = 0; at < count; at++) await session.call('say')
  const heard = await heardOn(await session.listen(), Array<string>(count).fill('loudly'))
  return { count, lost: count - heard, wrong: 0 }
}
