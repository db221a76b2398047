import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { textOf } from '../support/clients.ts'
import { openSource } from '../support/event-source.ts'
import { patience } from '../support/program.ts'
import { answerTo, callBody, callModern, wordsOf } from '../support/raw-calls.ts'
import { mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { WorkersServer } from './workers-server.ts'

const apart = { connection: 'close' }

type Headers = Record<string, string>

/** A session whose client can be asked. */
async function openAsking(url: URL): Promise<Headers> {
  const begun = await send(url, {
    headers: { ...mcpHeaders, ...apart },
    body: rpc('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {} },
      clientInfo: { name: 'raw', version: '1' },
    }),
  })
  const headers = { ...mcpHeaders, ...apart, 'mcp-session-id': String(begun.headers['mcp-session-id']) }
  await send(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) })
  return headers
}

const notify = (url: URL, headers: Headers, message: object) =>
  send(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', ...message }) })

/** Reads a stream until an event has this in it. */
async function until(stream: Awaited<ReturnType<typeof openSource>>, word: string) {
  let event = await stream.next()
  while (event && !event.data.includes(word)) event = await stream.next()
  assert.ok(event, `the stream ended before ${word}`)
  return event
}

describe('what is said in one process finds its way to the other', () => {
  test('answers to questions, cancels, and streams that go on elsewhere', async () => {
    await using server = await WorkersServer.start('shared.ts', { count: 2 })
    const { url } = server
    const headers = await openAsking(url)
    await server.callAll(headers, 'pid')

    // A question is answered by whichever process gets the answer: of two in a row, one is another.
    for (let id = 1; id <= 4; id++) {
      const stream = await openSource(url, { method: 'POST', headers, body: callBody('ask', {}, id) })
      const question = JSON.parse((await until(stream, 'elicitation/create')).data)
      const word = `word-${id}`
      if (id % 2 === 0) await server.call(headers, 'pid')
      const result = { action: 'accept', content: { word } }
      assert.equal((await notify(url, headers, { id: question.id, result })).status, 202)
      const last = (await stream.rest()).at(-1)
      assert.match(textOf(JSON.parse(last?.data ?? '{}').result), new RegExp(`said ${word}$`))
    }

    // So is a cancel.
    const pids: string[] = []
    for (let id = 11; id <= 13; id++) {
      const stream = await openSource(url, { method: 'POST', headers, body: callBody('work', {}, id) })
      const { data } = await until(stream, 'working')
      pids.push(/working (\d+)/.exec(data)?.[1] ?? '')
      if (id % 2 === 0) await server.call(headers, 'pid')
      await notify(url, headers, { method: 'notifications/cancelled', params: { requestId: id } })
      await stream.rest()
    }
    for (const pid of pids) await server.running.until(new RegExp(`cancelled in ${pid}`))

    // A stream that was cut goes on from another process, without a loss.
    for (let id = 21; id <= 23; id++) {
      const stream = await openSource(url, { method: 'POST', headers, body: callBody('slow', {}, id) })
      const begun = await until(stream, 'begun')
      stream.cut()
      if (id % 2 === 0) await server.call(headers, 'pid')
      const rest = await openSource(url, { headers: { ...headers, 'last-event-id': begun.id ?? '' } })
      const events = (await rest.rest()).filter(({ data }) => data !== '')
      assert.equal(events.length, 1, JSON.stringify(events))
      assert.match(textOf(JSON.parse(events[0]?.data ?? '{}').result), /done$/)
    }
  })

  test('what a client is told travels to the stream that it has opened, wherever that is, once', async () => {
    await using server = await WorkersServer.start('shared.ts', { count: 2 })
    const { url } = server
    const headers = await openAsking(url)
    await server.callAll(headers, 'pid')
    const listening = await openSource(url, { headers })
    await send(url, { headers, body: rpc('resources/subscribe', { uri: 'note://apples' }, 31) })
    await send(url, { headers, body: rpc('logging/setLevel', { level: 'error' }, 32) })
    const heard: string[] = []
    const hearing = (async () => {
      for (let event = await listening.next(); event; event = await listening.next()) heard.push(event.data)
    })().catch(() => undefined)
    const count = (word: string) => heard.filter((data) => data.includes(word)).length
    const heardOf = async (word: string, times: number) => {
      const end = Date.now() + patience
      while (count(word) < times && Date.now() < end) await delay(20)
      assert.equal(count(word), times, `${word} in ${heard.join()}`)
    }
    // Each of the two processes says it, and where the stream is is one of them.
    await heardOf('loudly', (await server.callAll(headers, 'say')).length)
    assert.equal(count('quietly'), 0)
    for (const [tool, word] of [
      ['touch', 'note://apples'],
      ['more', 'tools/list_changed'],
    ] as const) {
      const [first, second] = [await server.call(headers, tool), await heardOf(word, 1)]
      assert.equal(second, undefined)
      let other = first
      for (let times = 2; other === first && times < 20; times++) {
        other = await server.call(headers, tool)
        await heardOf(word, times)
      }
      assert.notEqual(other, first)
    }
    listening.cut()
    await hearing
  })

  test('a call of the modern era goes on where it waits', async () => {
    await using server = await WorkersServer.start('shared.ts', { count: 3 })
    const { url } = server
    for (let at = 0; at < 6; at++) {
      const asked = await callModern(url, 'ask', {}, {}, apart)
      assert.match(String(asked.result?.requestState), /^fastmcp\.[a-z0-9]{10}\./)
      // Whoever has answered in between, so that the retry does not come to the same process.
      for (let more = 0; more < at % 3; more++) await callModern(url, 'pid', {}, {}, apart)
      const answered = await callModern(url, 'ask', {}, answerTo(asked, { word: 'late' }), apart)
      assert.match(wordsOf(answered), /said late$/)
    }
  })
})
