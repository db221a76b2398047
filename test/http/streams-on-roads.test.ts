import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type EventSource, openSource } from '../support/event-source.ts'
import { openSession, rpc, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'
import { type Road, roads } from './roads.ts'

const call = (name: string, args: Record<string, unknown>, id: number) =>
  rpc('tools/call', { name, arguments: args }, id)

/** Only sessions have streams of their own. */
const driven = roads.filter(({ sdk, sessions, json }) => sdk === 'FastMCP' && sessions && !json)

// Side by side, because most of the time is spent on waiting for a client that does not read.
describe('what becomes of streams', { concurrency: true }, () => {
  for (const road of chosen(driven, 2)) check(road)
})

function check(road: Road): void {
  describe(`streams of ${road.name}`, { concurrency: 1 }, () => {
    let server: Awaited<ReturnType<Road['start']>>
    before(async () => {
      server = await road.start()
    })
    after(() => server?.[Symbol.asyncDispose]())

    const listen = (headers: Record<string, string>, lastEventId?: string): Promise<EventSource> =>
      openSource(server.url, {
        headers: {
          ...headers,
          accept: 'text/event-stream',
          ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        },
      })

    test('of two GET streams of a session the newest wins', async () => {
      const headers = await openSession(server.url)
      const [first, second] = [await listen(headers), await listen(headers)]
      assert.deepEqual([first.status, second.status], [200, 200])
      await first.rest()
      second.cut()
    })

    test('a call whose socket is cut is resumed, by its own session only', async () => {
      const [headers, stranger] = [await openSession(server.url), await openSession(server.url)]
      const body = call('wait', { ms: 1_000 }, 5)
      const stream = await openSource(server.url, { method: 'POST', headers, body })
      const priming = await stream.next()
      assert.match(priming?.id ?? '', /./)
      stream.cut()
      for (const id of ['unknown', '__proto__', priming?.id]) {
        const { status } = await listen(stranger, id)
        assert.equal(status, 400, id)
      }
      const rest = await (await listen(headers, priming?.id)).rest()
      assert.match(rest.at(-1)?.data ?? '', /"id":5/)
      assert.match(rest.at(-1)?.data ?? '', /waited 1000/)
    })

    test('equal ids in two sessions: no answer goes astray', async () => {
      const sessions = [await openSession(server.url), await openSession(server.url)]
      const ask = async (session: number, id: number) => {
        const text = `${session}:${id}`
        const headers = sessions[session] ?? {}
        return (await send(server.url, { headers, body: call('echo', { text }, id) })).text.includes(
          `"${text}"`,
        )
      }
      const asked = Array.from({ length: 100 }, (_, count) => ask(count % 2, Math.floor(count / 2)))
      assert.equal((await Promise.all(asked)).indexOf(false), -1)
    })

    test('one message larger than what may stay unread arrives whole', async () => {
      const headers = await openSession(server.url)
      const { text } = await send(server.url, { headers, body: call('big', { megabytes: 10 }, 1) })
      assert.ok(text.length > 10 * 1024 * 1024)
    })

    test('a client that never reads is dropped, and others are served', async () => {
      const headers = await openSession(server.url)
      const body = call('flood', { megabytes: 60 }, 1)
      const head = Object.entries({ ...headers, host: 'localhost', 'content-length': String(body.length) })
      const socket = connect(Number(server.url.port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.pause()
      const lines = head.map(([name, value]) => `${name}: ${value}`).join('\r\n')
      socket.write(`POST /mcp HTTP/1.1\r\n${lines}\r\n\r\n${body}`)
      await server.until(/dropped a stream.*: it (left more than 4 MiB unread|stopped reading)/)
      socket.destroy()
      assert.equal((await send(server.url, { headers, body: call('echo', { text: 'x' }, 2) })).status, 200)
    })
  })
}
