import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openSource } from '../support/event-source.ts'
import { patience, root } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { meta, modernHeaders } from '../support/raw-calls.ts'
import { rpc, send } from '../support/raw-http.ts'
import { redisSkip } from '../support/redis-server.ts'
import { ReplicaServers } from './replica-servers.ts'

const [changed, updated] = ['notifications/tools/list_changed', 'notifications/resources/updated']

/** The methods of what comes on a stream, as it comes. */
function heardOn(stream: Awaited<ReturnType<typeof openSource>>): string[] {
  const heard: string[] = []
  void (async () => {
    for (let event = await stream.next(); event; event = await stream.next()) {
      const { method } = JSON.parse(event.data || '{}')
      if (method === changed || method === updated) heard.push(method)
    }
  })().catch(() => undefined)
  return heard
}

async function until(done: () => boolean, what: () => string): Promise<void> {
  const end = Date.now() + patience
  while (!done() && Date.now() < end) await delay(20)
  assert.ok(done(), what())
}

test('a deploy is told once, when the last replica with the old code is gone', {
  skip: redisSkip,
}, async () => {
  using project = new Project({})
  const offer = project.path('offer.json')
  const offers = (...tools: string[]) => writeFileSync(offer, JSON.stringify({ tools, prompts: ['greet'] }))
  offers('pears')
  await using servers = await ReplicaServers.start(`${root}test/fixtures/store/offering.ts`, {
    env: { OFFER: offer },
    kept: true,
  })
  const headers = await servers.open()
  const ask = (method: string, params: object, at: number) =>
    send(servers.urlOf(at), { headers, body: rpc(method, params, 7) })
  const listen = async () => {
    const url = servers.urlOf(0)
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['note://apples'] }
    const body = rpc('subscriptions/listen', { notifications, _meta: meta })
    const modern = { method: 'POST', headers: modernHeaders('subscriptions/listen'), body }
    const streams = await Promise.all([openSource(url, { headers }), openSource(url, modern)])
    return streams.map(heardOn)
  }
  /** What has come on each, with a mark of the end. */
  const allOf = async (both: string[][]) => {
    const before = both.map((heard) => heard.filter((one) => one === updated).length)
    await servers.call(headers, 'touch', {}, 0)
    const marked = (heard: string[], at: number) =>
      heard.filter((one) => one === updated).length > (before[at] ?? 0)
    await until(
      () => both.every(marked),
      () => JSON.stringify(both),
    )
    return both.map((heard) => heard.filter((one) => one !== updated))
  }
  await ask('resources/subscribe', { uri: 'note://apples' }, 0)
  for (const at of [0, 1]) await ask('tools/list', {}, at)
  assert.deepEqual(await allOf(await listen()), [[], []])
  await servers.settled()

  offers('pears', 'quinces')
  const replace = async (at: number) => {
    servers.running[at]?.kill('SIGTERM')
    await servers.running[at]?.exited
    await servers.again(at)
  }
  await replace(0)
  const both = await listen()
  // Its client may be shown either.
  for (const at of [0, 1]) await ask('tools/list', {}, at)
  assert.deepEqual(await allOf(both), [[], []], 'while both are there')

  servers.running[1]?.kill('SIGTERM')
  await servers.running[1]?.exited
  await until(
    () => both.every((heard) => heard.includes(changed)),
    () => JSON.stringify(both),
  )
  await servers.again(1)
  await servers.settled()
  assert.match((await ask('tools/list', {}, 1)).text, /quinces/)
  assert.deepEqual(await allOf(both), [[changed], [changed]], 'once')
})
