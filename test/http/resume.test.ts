import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { EventLog } from '../../src/sessions/event-log.ts'
import { clientV1, clientV2, connectV1, connectV2 } from '../support/clients.ts'
import { openSource, type SentEvent } from '../support/event-source.ts'
import { root, type Started, serveHttp } from '../support/program.ts'
import { mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

const fixtures = ['v1', 'v2'].map((sdk) => `${root}test/fixtures/http/work-${sdk}.ts`)
type Server = Started & { url: URL }

const call = (name: string, id: number) => rpc('tools/call', { name, arguments: {} }, id)

/** What an event says, in a word: a log message, a method, or whose answer it is. */
function gist({ data }: SentEvent): string {
  if (data === '') return ''
  const message = JSON.parse(data)
  return message.params?.data ?? message.method ?? `answer ${message.id}`
}

const gists = (events: SentEvent[]) => events.map(gist)

const resume = (url: URL, headers: Record<string, string>, lastEventId: string | undefined) =>
  openSource(url, { headers: { ...headers, 'last-event-id': lastEventId ?? '' } })

async function begin(server: Server, tool: string, id = 1) {
  const headers = await openSession(server.url)
  const stream = await openSource(server.url, { method: 'POST', headers, body: call(tool, id) })
  return { headers, stream }
}

for (const fixture of chosen(fixtures, 2)) {
  const sdk = fixture.slice(-5, -3)

  test(`${sdk}: a call whose socket is cut is resumed, nothing lost and nothing twice`, async () => {
    await using server = await serveHttp(fixture)
    const { headers, stream } = await begin(server, 'work')
    const first = await stream.next()
    assert.match(first?.id ?? '', /./)
    assert.deepEqual([first?.data, first?.retry], ['', '1000'])
    const one = await stream.next()
    assert.equal(one && gist(one), 'one')
    stream.cut()
    await send(server.url, { headers, body: call('open', 2) })
    const rest = await (await resume(server.url, headers, one?.id)).rest()
    assert.deepEqual(gists(rest), ['two', 'three', 'answer 1'])
    const again = await (await resume(server.url, headers, first?.id)).rest()
    assert.deepEqual(gists(again), ['one', 'two', 'three', 'answer 1'])
    assert.equal(new Set([first, ...again].map((event) => event?.id)).size, 5)
    assert.equal((await resume(server.url, headers, rest.at(-1)?.id)).status, 204)
  })

  test(`${sdk}: a stream resumed before the answer goes on live, and the newest response has it`, async () => {
    await using server = await serveHttp(fixture)
    const { headers, stream } = await begin(server, 'work')
    const priming = await stream.next()
    await stream.next()
    const second = await resume(server.url, headers, priming?.id)
    assert.deepEqual(await stream.rest(), [])
    const one = await second.next()
    assert.equal(one && gist(one), 'one')
    await send(server.url, { headers, body: call('open', 2) })
    assert.deepEqual(gists(await second.rest()), ['two', 'three', 'answer 1'])
  })

  test(`${sdk}: a handler ends the response, and the client comes back for the answer`, async () => {
    await using server = await serveHttp(fixture)
    const { headers, stream } = await begin(server, 'poll', 7)
    const events = await stream.rest()
    assert.deepEqual(gists(events), [''])
    const rest = await (await resume(server.url, headers, events[0]?.id)).rest()
    assert.deepEqual(gists(rest), ['true', 'answer 7'])
  })

  test(`${sdk}: a handler ends the response to GET, and what it has missed waits for the next`, async () => {
    await using server = await serveHttp(fixture)
    const headers = await openSession(server.url)
    const listening = await openSource(server.url, { headers })
    const priming = await listening.next()
    assert.deepEqual([priming?.data, priming?.retry], ['', '1000'])
    await send(server.url, { headers, body: call('hush', 1) })
    assert.deepEqual(await listening.rest(), [])
    const again = await resume(server.url, headers, priming?.id)
    const missed = await again.next()
    assert.equal(missed && gist(missed), 'aside')
    again.cut()
    const third = await resume(server.url, headers, missed?.id)
    await send(server.url, { headers, body: call('hush', 2) })
    assert.deepEqual(await third.rest(), [])
  })

  rarely(`${sdk}: a message larger than what may stay unread reaches a client that reads`, async () => {
    await using server = await serveHttp(fixture)
    const { stream } = await begin(server, 'large')
    const [, large, answer] = await stream.rest()
    assert.equal(large && gist(large).length, 6 * 1024 * 1024)
    assert.equal(answer && gist(answer), 'answer 1')
  })

  test(`${sdk}: the official clients come back by themselves`, async () => {
    await using server = await serveHttp(fixture)
    for (const client of [await connectV1({ http: server.url }), await connectV2({ http: server.url })]) {
      const result = await client.callTool({ name: 'poll', arguments: {} })
      assert.deepEqual(result.content, [{ type: 'text', text: 'done' }])
      await client.close()
    }
  })
}

rarely('the official client v1 resumes a call with its token after its connection was lost', async () => {
  await using server = await serveHttp(fixtures[0] ?? '')
  const heard: unknown[] = []
  const first = await connectV1({ http: server.url })
  const { sessionId } = first.transport as { sessionId?: string }
  let token = ''
  const started = new Promise<void>((resolve) => {
    first.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      heard.push(params.data)
      resolve()
    })
  })
  const request = { method: 'tools/call' as const, params: { name: 'work', arguments: {} } }
  const onresumptiontoken = (next: string) => {
    token = next
  }
  const lost = first.request(request, CallToolResultSchema, { onresumptiontoken }).catch(() => 'lost')
  await started
  await first.close()
  assert.equal(await lost, 'lost')
  assert.ok(sessionId)
  const headers = { ...mcpHeaders, 'mcp-session-id': sessionId }
  await send(server.url, { headers, body: call('open', 99) })

  const second = clientV1()
  second.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    heard.push(params.data)
  })
  const transport = new HttpV1(server.url, { sessionId })
  await second.connect(transport as Parameters<typeof second.connect>[0])
  const result = await second.request(request, CallToolResultSchema, {
    resumptionToken: token,
    onresumptiontoken,
  })
  assert.deepEqual(result.content, [{ type: 'text', text: 'done' }])
  assert.deepEqual(heard, ['one', 'two', 'three'])
  await second.close()
})

test('the official client v2 resumes a call with its token after its connection was lost', async () => {
  await using server = await serveHttp(fixtures[1] ?? '')
  const heard: unknown[] = []
  const first = await connectV2({ http: server.url })
  const { sessionId } = first.transport as { sessionId?: string }
  let token = ''
  const started = new Promise<void>((resolve) => {
    first.setNotificationHandler('notifications/message', ({ params }) => {
      heard.push(params.data)
      resolve()
    })
  })
  const request = { method: 'tools/call' as const, params: { name: 'work', arguments: {} } }
  const onresumptiontoken = (next: string) => {
    token = next
  }
  const lost = first.request(request, { onresumptiontoken }).catch(() => 'lost')
  await started
  await first.close()
  assert.equal(await lost, 'lost')
  assert.ok(sessionId)
  const headers = { ...mcpHeaders, 'mcp-session-id': sessionId }
  await send(server.url, { headers, body: call('open', 99) })

  const second = clientV2()
  second.setNotificationHandler('notifications/message', ({ params }) => {
    heard.push(params.data)
  })
  await second.connect(new HttpV2(server.url, { sessionId }))
  const result = await second.request(request, { resumptionToken: token, onresumptiontoken })
  assert.deepEqual(result.content, [{ type: 'text', text: 'done' }])
  assert.deepEqual(heard, ['one', 'two', 'three'])
  await second.close()
})

test('an earlier revision gets no priming event and no way to close its stream, yet ids to resume with', async () => {
  await using server = await serveHttp(fixtures[0] ?? '')
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  }
  const opened = await send(server.url, { headers: mcpHeaders, body: rpc('initialize', params) })
  const headers = { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  const stream = await openSource(server.url, { method: 'POST', headers, body: call('poll', 1) })
  const events = await stream.rest()
  assert.deepEqual(gists(events), ['false', 'answer 1'])
  const again = await (await resume(server.url, headers, events[0]?.id)).rest()
  assert.deepEqual(gists(again), ['answer 1'])
})

test('an event id is of use in its own session only, and an unknown one is refused', async () => {
  await using server = await serveHttp(fixtures[0] ?? '')
  const { headers, stream } = await begin(server, 'work')
  const priming = await stream.next()
  const stranger = await openSession(server.url)
  for (const id of [
    priming?.id ?? '',
    'unknown',
    '0-99',
    '99-0',
    '__proto__',
    '-1',
    `${'9'.repeat(400)}-1`,
  ]) {
    assert.equal((await resume(server.url, stranger, id)).status, 400, id)
  }
  assert.equal((await resume(server.url, headers, priming?.id)).status, 200)
})

test('messages without a request are kept for the first GET, and sent once', async () => {
  await using server = await serveHttp(fixtures[1] ?? '')
  const headers = await openSession(server.url)
  await send(server.url, { headers, body: call('hush', 1) })
  const first = await openSource(server.url, { headers })
  const kept = [await first.next(), await first.next()].map((event) => event && gist(event))
  assert.deepEqual(kept, ['', 'aside'])
  const second = await openSource(server.url, { headers })
  await send(server.url, { headers, body: call('hush', 2) })
  assert.deepEqual(gists(await second.rest()), [''])
})

test('old events give way, and what is left is replayed', () => {
  const log = new EventLog()
  const [crowded, other] = [log.open(), log.open()]
  const kept = log.append(other, 'kept a while')
  for (let sent = 0; sent < 1_000; sent++) log.append(crowded, String(sent))
  assert.deepEqual(log.from(other, 0), [])
  assert.equal(log.from(crowded, 0).length, 1_000)
  assert.deepEqual(log.find(kept.id), { stream: other, next: 1 })
  log.append(other, 'x'.repeat(2_000_000))
  assert.equal(log.from(crowded, 0).length, 0)
  assert.equal(log.from(other, 0).length, 1)
})
