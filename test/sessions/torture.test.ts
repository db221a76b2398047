import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Client } from '@modelcontextprotocol/client'
import { clientV2, connectV2 } from '../support/clients.ts'
import { root, serveHttp } from '../support/program.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'

const textOf = (result: unknown) => JSON.stringify((result as { content: unknown }).content)
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until something holds, at most five seconds. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 250 && !holds(); i++) await later(20)
  assert.ok(holds())
}

for (const sdk of ['v1', 'v2']) {
  describe(`many sessions on one exported instance of SDK ${sdk}`, () => {
    let server: Awaited<ReturnType<typeof serveHttp>>
    let ann: Client
    let bob: Client
    const logged: Record<string, string[]> = { ann: [], bob: [] }
    const changed: Record<string, number> = { ann: 0, bob: 0 }

    before(async () => {
      server = await serveHttp(`${root}test/fixtures/sessions/torture-${sdk}.ts`)
      const connect = (name: string) => {
        const client = clientV2(name)
        client.setNotificationHandler(
          'notifications/message',
          ({ params }) => void logged[name]?.push(String(params.data)),
        )
        client.setNotificationHandler('notifications/tools/list_changed', () => {
          changed[name] = (changed[name] ?? 0) + 1
        })
        return connectV2({ http: server.url }, client)
      }
      ann = await connect('ann')
      bob = await connect('bob')
    })
    after(async () => {
      await Promise.all([ann.close(), bob.close()])
      await server[Symbol.asyncDispose]()
    })

    test('each has its own log level, also for logs sent through the instance', async () => {
      await ann.setLoggingLevel('error')
      await bob.setLoggingLevel('debug')
      await Promise.all(
        [ann, bob].map((client) => client.callTool({ name: 'log', arguments: { word: 'hi' } })),
      )
      await eventually(() => logged.bob?.length === 1)
      assert.deepEqual(logged.ann, [])
    })

    test('a tool registered inside a call, and one outside any, reach everybody', async () => {
      await ann.callTool({ name: 'grow', arguments: { name: 'extra' } })
      await eventually(() => (changed.ann ?? 0) >= 2 && (changed.bob ?? 0) >= 2)
      assert.match(textOf(await bob.callTool({ name: 'extra', arguments: {} })), /extra here/)
      assert.match(textOf(await ann.callTool({ name: 'extra-later', arguments: {} })), /later/)
    })

    test('equal ids: a cancellation ends only its own call', async () => {
      const [one, two] = [await openSession(server.url), await openSession(server.url)]
      const hold = rpc('tools/call', { name: 'hold', arguments: { ms: 600 } }, 7)
      const calls = [
        send(server.url, { headers: one, body: hold }),
        send(server.url, { headers: two, body: hold }),
      ]
      await later(150)
      const body = JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: 7 },
      })
      await send(server.url, { headers: one, body })
      const [cancelled, held] = await Promise.all(calls)
      assert.equal(cancelled?.text, '')
      assert.match(held?.text ?? '', /held/)
      assert.equal(server.stderr.match(/^aborted$/gm)?.length, 1)
    })

    test('the end of one session ends only its own calls, and not the server', async () => {
      const headers = await openSession(server.url)
      const before = server.stderr.match(/^aborted$/gm)?.length ?? 0
      const call = send(server.url, {
        headers,
        body: rpc('tools/call', { name: 'hold', arguments: { ms: 5_000 } }, 1),
      })
      const other = bob.callTool({ name: 'hold', arguments: { ms: 300 } })
      await later(100)
      await send(server.url, { method: 'DELETE', headers })
      await call
      assert.match(textOf(await other), /held/)
      assert.equal(server.stderr.match(/^aborted$/gm)?.length, before + 1)
      assert.doesNotMatch(server.stderr, /USER ONCLOSE/)
    })

    test('eight sessions with equal ids: no answer goes astray', async () => {
      const sessions = await Promise.all(Array.from({ length: 8 }, () => openSession(server.url)))
      const wrong: string[] = []
      const one = async (headers: Record<string, string>, session: number) => {
        for (let id = 1; id <= 40; id++) {
          const word = `${session}-${id}`
          const answer = await send(server.url, {
            headers,
            body: rpc('tools/call', { name: 'echo', arguments: { word } }, id),
          })
          if (!answer.text.includes(`"${word}"`)) wrong.push(word)
        }
      }
      await Promise.all(sessions.map(one))
      assert.deepEqual(wrong, [])
    })
  })
}

test('a full house: the next client is told to come back, the others stay', async () => {
  await using server = await serveHttp(`${root}test/fixtures/sessions/torture-v1.ts`, ['--max-sessions', '2'])
  const first = await openSession(server.url)
  await openSession(server.url)
  const refused = await send(server.url, { headers: mcpHeaders, body: initialize })
  assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '30'])
  assert.equal((await send(server.url, { headers: first, body: rpc('ping') })).status, 200)
})

test('an idle session ends, one in the middle of a call does not', async () => {
  await using server = await serveHttp(`${root}test/fixtures/sessions/torture-v1.ts`, [
    '--session-timeout',
    '1',
  ])
  const [idle, busy] = [await openSession(server.url), await openSession(server.url)]
  const call = send(server.url, {
    headers: busy,
    body: rpc('tools/call', { name: 'hold', arguments: { ms: 2_500 } }),
  })
  assert.match((await call).text, /held/)
  assert.equal((await send(server.url, { headers: idle, body: rpc('ping') })).status, 404)
  assert.equal((await send(server.url, { headers: busy, body: rpc('ping', undefined, 2) })).status, 200)
})

test('without sessions: none is given out, and calls are answered', async () => {
  await using server = await serveHttp(`${root}test/fixtures/sessions/torture-v1.ts`, ['--stateless'])
  const opened = await send(server.url, { headers: mcpHeaders, body: initialize })
  assert.deepEqual([opened.status, opened.headers['mcp-session-id']], [200, undefined])
  const call = rpc('tools/call', { name: 'echo', arguments: { word: 'hi' } })
  assert.match((await send(server.url, { headers: mcpHeaders, body: call })).text, /"hi"/)
  assert.equal(
    (await send(server.url, { method: 'GET', headers: { accept: 'text/event-stream' } })).status,
    405,
  )
})
