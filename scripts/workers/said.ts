// Lines 2 to 4 of the design: what is said in one worker and has to reach another.
import { setTimeout as delay } from 'node:timers/promises'
import { times } from '../../test/support/program.ts'
import { WorkersServer } from '../../test/workers/workers-server.ts'
import type { Outcome } from './design.ts'
import { answerIn, RawSession, until } from './raw-session.ts'

const shared = () => WorkersServer.start('shared.ts', { count: 3 })

/** Questions whose answers come in at another worker, and half as many cancels. */
export async function questions(count: number): Promise<Outcome> {
  await using server = await shared()
  const session = await RawSession.open(server.url)
  let [lost, wrong] = [0, 0]
  for (let at = 0; at < count; at++) {
    const { stream } = await session.begin('ask')
    const { data } = await until(stream, 'elicitation/create')
    const { id } = JSON.parse(data)
    const status = await session.say({ id, result: { action: 'accept', content: { word: `w${at}` } } })
    const last = (await stream.rest()).at(-1)
    if (status !== 202 || !last) lost++
    else if (!answerIn(last).endsWith(`said w${at}`)) wrong++
  }
  const cancels = Math.ceil(count / 2)
  for (let at = 0; at < cancels; at++) {
    const { id, stream } = await session.begin('work')
    await until(stream, 'working')
    await session.say({ method: 'notifications/cancelled', params: { requestId: id } })
    await stream.rest()
  }
  const heard = await server.running.until(times('cancelled in', cancels)).then(
    () => cancels,
    () => server.running.stderr.split('cancelled in').length - 1,
  )
  return { count: count + cancels, lost: lost + cancels - heard, wrong }
}

/** Streams that are cut and go on at another worker; a tenth of them of a worker that is killed. */
export async function streams(count: number): Promise<Outcome> {
  await using server = await shared()
  const session = await RawSession.open(server.url)
  let [lost, wrong, slowest] = [0, 0, 0]
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

/** Messages that wait for a stream whose worker is gone, as all others are. */
export async function home(count: number): Promise<Outcome> {
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
  const stream = await session.listen()
  let heard = 0
  const late = delay(30_000, undefined, { ref: false }).then(() => stream.cut())
  const reading = (async () => {
    while (heard < count && (await until(stream, 'loudly'))) heard++
  })().catch(() => undefined)
  await Promise.race([reading, late])
  stream.cut()
  return { count, lost: count - heard, wrong: 0 }
}
