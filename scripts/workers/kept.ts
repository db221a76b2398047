// Lines 8 to 14 of the design: which worker holds a session, and what that costs.
import { setTimeout as delay } from 'node:timers/promises'
import { Project } from '../../test/support/project.ts'
import { WorkersServer } from '../../test/workers/workers-server.ts'
import type { Outcome } from './design.ts'
import { answerIn, RawSession } from './raw-session.ts'
import { byWorkers } from './said.ts'

/** A worker that is stopped for so many seconds, and goes on: its calls are late, and everybody counts rightly. */
export async function pause(seconds: number, serve = byWorkers): Promise<Outcome> {
  await using server = await serve('shared.ts', { count: 3, args: ['--worker-timeout', '0'] })
  let [count, lost, wrong, stopping] = [0, 0, 0, false]
  const counting = Array.from({ length: 6 }, async () => {
    const session = await RawSession.open(server.url)
    for (let last = 0; !stopping; count++) {
      const answer = await session.call('count').catch(() => '')
      const value = Number(answer.split(' ')[1])
      if (Number.isNaN(value)) lost++
      else if (value !== last + 1) wrong++
      last = Number.isNaN(value) ? last : value
    }
  })
  const probe = await RawSession.open(server.url)
  const pid = Number(await probe.call('pid'))
  process.kill(pid, 'SIGSTOP')
  await delay(seconds * 1_000)
  process.kill(pid, 'SIGCONT')
  await delay(3_000)
  stopping = true
  await Promise.all(counting)
  return { count, lost, wrong }
}

/** Words that plain calls cost: none, beyond those of opening the session in each worker. */
export async function plain(count: number): Promise<Outcome> {
  const server = await WorkersServer.start('shared.ts', { count: 2, args: ['--log-level', 'debug'] })
  const session = await RawSession.open(server.url)
  let lost = 0
  for (let at = 0; at < count; at++) if (!/^\d+$/.test(await session.call('pid'))) lost++
  server.running.kill('SIGTERM')
  await server.running.exited
  const [, said = ''] = /words of workers: (.*)/.exec(server.running.stderr) ?? []
  const words = said.split(', ').reduce((sum, one) => sum + Number(one.split(' ')[1] ?? 0), 0)
  return { count, lost, wrong: Math.max(0, words - 20), note: `${words} words: ${said}` }
}

/** Many first requests at once, and sessions that end while workers bring them back: none lives on. */
export async function adoption(count: number, serve = byWorkers): Promise<Outcome> {
  await using server = await serve('shared.ts', { count: 3 })
  let [lost, wrong] = [0, 0]
  const statuses = new Set<string>()
  for (let at = 0; at < count; at++) {
    const session = await RawSession.open(server.url)
    const first = await Promise.all(Array.from({ length: 50 }, () => session.call('pid')))
    lost += first.filter((pid) => !/^\d{3,}$/.test(pid) || ['404', '503'].includes(pid)).length
    const ended = await RawSession.open(server.url)
    const racing = Array.from({ length: 10 }, () => ended.call('pid').catch(() => ''))
    if ((await ended.end()) !== 204) lost++
    await Promise.all(racing)
    const after = await Promise.all(Array.from({ length: 6 }, () => ended.call('pid')))
    const others = after.filter((status) => status !== '404')
    wrong += others.length
    for (const status of others) statuses.add(status)
  }
  return { count: count * 67, lost, wrong, ...(wrong > 0 && { note: `after its end: ${[...statuses]}` }) }
}

/** A session and all that can be done with it, by whom it belongs to and by somebody else. */
export async function subjects(count: number, serve = byWorkers): Promise<Outcome> {
  using project = new Project({ tokens: 'alice=alice-secret-1\nbob=bob-secret-22\n' })
  const args = ['--token-file', project.path('tokens')]
  await using server = await serve('shared.ts', { count: 3, args })
  let [lost, wrong] = [0, 0]
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  for (let at = 0; at < count; at++) {
    const alice = await RawSession.open(server.url, bearer('alice-secret-1'))
    const bob = alice.as(bearer('bob-secret-22'))
    const { stream } = await alice.begin('slow')
    const id = (await stream.next())?.id ?? ''
    const attempts = [
      await bob.call('pid'),
      String(await bob.say({ method: 'notifications/cancelled', params: { requestId: 1 } })),
      String((await bob.listen()).status),
      String((await bob.listen(id)).status),
      String(await bob.end()),
    ]
    wrong += attempts.filter((status) => status !== '404').length
    const last = (await stream.rest()).at(-1)
    if (!last || !answerIn(last).endsWith('done')) lost++
    if (!/^\d{4,}$|^\d{1,3}$/.test(await alice.call('pid'))) lost++
    if ((await alice.end()) !== 204) lost++
  }
  return { count: count * 8, lost, wrong }
}

/** Sessions of a factory, each of which counts in its memory: 1 to 9, wherever the calls come in. */
export async function owner(count: number, serve = byWorkers): Promise<Outcome> {
  await using server = await serve('separate.ts', { count: 3 })
  let wrong = 0
  for (let at = 0; at < count; at++) {
    const session = await RawSession.open(server.url)
    for (let call = 1; call <= 9; call++) if ((await session.call('count')) !== String(call)) wrong++
  }
  return { count: count * 9, lost: 0, wrong }
}
