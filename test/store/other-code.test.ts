import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type EventSource, openSource } from '../support/event-source.ts'
import { Project } from '../support/project.ts'
import { call, meta, modernHeaders } from '../support/raw-calls.ts'
import { openSession, rpc, send } from '../support/raw-http.ts'
import { KeptServer } from './kept-server.ts'

const before = { tools: ['pears', 'plums'], prompts: ['greet'] }

/**
 * What is heard on a stream: as many changes of lists as there should be, and what comes before the change of a
 * resource that is made then.
 */
async function heardOn(stream: EventSource, many: number, touch: () => Promise<unknown>): Promise<string[]> {
  const heard: string[] = []
  if (many === 0) await touch()
  for (let event = await stream.next(); event; event = await stream.next()) {
    const { method } = JSON.parse(event.data || '{}')
    if (method === 'notifications/resources/updated') return heard
    if (!String(method).endsWith('list_changed')) continue
    if (heard.push(method) === many) await touch()
  }
  return assert.fail(`the stream ended after ${heard}`)
}

const wanted = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourceSubscriptions: ['note://apples'],
}

const starts: Record<string, readonly string[]> = { 'one process': [], 'two workers': ['--workers', '2'] }

describe('a start with other code', () => {
  for (const [name, args] of Object.entries(starts))
    test(`is told to the clients of ${name} that listen again, once`, async () => {
      using project = new Project({})
      const offer = project.path('offer.json')
      const offers = (what: object) => writeFileSync(offer, JSON.stringify(what))
      offers(before)
      await using server = await KeptServer.start('offering.ts', { args, env: { OFFER: offer } })
      const { url } = server
      const headers = { ...(await openSession(url)), connection: 'close' }
      const touch = async () => {
        // A process that has only just started may not open the session again in time.
        let answer = await call(url, headers, 'touch')
        for (let more = 0; answer.status === 503 && more < 10; more++)
          answer = await call(url, headers, 'touch')
        assert.equal(answer.status, 200, JSON.stringify(answer))
      }
      const ask = (method: string, params = {}) => send(url, { headers, body: rpc(method, params, 7) })
      await ask('resources/subscribe', { uri: 'note://apples' })
      await ask('tools/list')
      await ask('prompts/list')
      const heard = async (many = 0) => {
        const stream = await openSource(url, { headers })
        const all = await heardOn(stream, many, touch)
        stream.cut()
        return all
      }
      const heardModern = async (many = 0) => {
        const body = rpc('subscriptions/listen', { notifications: wanted, _meta: meta })
        const listen = { method: 'POST', headers: modernHeaders('subscriptions/listen'), body }
        const stream = await openSource(url, listen)
        const all = await heardOn(stream, many, touch)
        stream.cut()
        return all
      }
      assert.deepEqual([await heard(), await heardModern()], [[], []], 'before')
      await server.restart()
      assert.deepEqual([await heard(), await heardModern()], [[], []], 'the same code')
      offers({ ...before, tools: ['plums', 'pears', 'quinces'] })
      await server.restart()
      const tools = ['notifications/tools/list_changed']
      assert.deepEqual([await heard(1), await heardModern(1)], [tools, tools], 'a tool more')
      assert.deepEqual(await heard(), [], 'another stream')
      offers({ tools: ['pears', 'plums', 'quinces'], prompts: [] })
      await server.restart()
      assert.deepEqual(
        await heard(1),
        ['notifications/prompts/list_changed'],
        'no prompts, tools in another order',
      )
    })
})
