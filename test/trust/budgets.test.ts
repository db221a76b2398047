import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { within } from '../../src/process/clock.ts'
import { clientV2, connectV2, textOf } from '../support/clients.ts'
import { openSource } from '../support/event-source.ts'
import { patience, root, startFastmcp } from '../support/program.ts'
import {
  answerTo,
  call,
  callBody,
  callModern,
  listenModern,
  messageIn,
  wordsOf,
} from '../support/raw-calls.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely, whole } from '../support/whole.ts'

const heavy = `${root}test/fixtures/http/heavy.ts`
/** The half of what each test has the server hold would end it. */
const env = { NODE_OPTIONS: '--max-old-space-size=72' }
const million = 1_000_000
/** How much is done for a change: half of it would end a server that keeps everything, too. */
const part = (count: number) => (whole ? count : Math.ceil(count / 2))

const commands = {
  run: ['run', heavy, '-t', 'http', '-p', '0'],
  dev: ['dev', heavy, '--no-inspector', '-p', '0'],
}

for (const [mode, command] of chosen(Object.entries(commands), 2))
  describe(`fastmcp ${mode}`, () => {
    const start = async (args: readonly string[] = []) => {
      const started = startFastmcp([...command, ...args], { env })
      const [, url = ''] = await started.until(/listening on ([^\s"]+)/)
      return Object.assign(started, { url: new URL(url) })
    }

    test('many clients that each had a large answer streamed, and left', async () => {
      await using server = await start()
      for (let client = 0; client < part(30); client++) {
        const headers = await openSession(server.url)
        assert.equal(
          wordsOf(await call(server.url, headers, 'stream', { size: 3 * million })).length,
          3 * million,
        )
      }
      // These are cut off well before their answers, which wait for clients that are to come back.
      const cut: { headers: Record<string, string>; last: string }[] = []
      for (let client = 0; client < part(30); client++) {
        const headers = await openSession(server.url)
        const body = callBody('late', { ms: 2_000, size: 3 * million }, 7)
        const stream = await openSource(server.url, { method: 'POST', headers, body })
        cut.push({ headers, last: (await stream.next())?.id ?? '' })
        stream.cut()
      }
      await call(server.url, await openSession(server.url), 'late', { ms: 3_500, size: 1 })
      const outcomes = []
      for (const { headers, last } of [cut[0], cut.at(-1)].filter((one) => one !== undefined)) {
        const again = await openSource(server.url, { headers: { ...headers, 'last-event-id': last } })
        const [event] = await again.rest()
        const message = JSON.parse(event?.data ?? '')
        outcomes.push([again.status, message.id, wordsOf(message).slice(0, 25)])
        const after = await openSource(server.url, {
          headers: { ...headers, 'last-event-id': event?.id ?? '' },
        })
        assert.equal(after.status, 204)
      }
      assert.deepEqual(outcomes, [
        [200, 7, 'What was sent on this str'],
        [200, 7, 'x'.repeat(25)],
      ])
    })

    test('many questions with large arguments, answered and not, in both eras', async () => {
      await using server = await start()
      const text = 'x'.repeat(million)
      const first = await callModern(server.url, 'ask', { text })
      for (let asked = 0; asked < part(30); asked++) {
        const question = await callModern(server.url, 'ask', { text })
        const done = await callModern(server.url, 'ask', { text }, answerTo(question, { name: 'Ann' }))
        assert.equal(wordsOf(done), 'Ann 1000000')
      }
      for (let asked = 0; asked < part(50); asked++) await callModern(server.url, 'ask', { text })
      const late = await callModern(server.url, 'ask', { text }, answerTo(first, { name: 'Ann' }))
      assert.deepEqual([late.error?.code, late.error?.message], [-32_602, 'Invalid or expired requestState'])

      const client = clientV2('legacy', 'legacy', { elicitation: {} })
      client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Bob' } }))
      await connectV2({ http: server.url }, client)
      for (let asked = 0; asked < part(30); asked++)
        assert.equal(textOf(await client.callTool({ name: 'ask', arguments: { text } })), 'Bob 1000000')
      await client.close()
    })

    test('one caller who opens session after session, while another works', async () => {
      await using server = await start(['--max-sessions', '40'])
      const worker = await openSession(server.url)
      const idle = await openSession(server.url)
      let calls = 0
      for (let opened = 0; opened < 200; opened++) {
        assert.equal((await send(server.url, { headers: mcpHeaders, body: initialize })).status, 200)
        if (opened % 10 > 0) continue
        assert.equal(wordsOf(await call(server.url, worker, 'echo', { word: `${calls}` }, calls)), `${calls}`)
        calls++
      }
      const newcomer = await openSession(server.url)
      assert.equal(wordsOf(await call(server.url, newcomer, 'echo', { word: 'new' })), 'new')
      assert.equal((await call(server.url, idle, 'echo', { word: 'idle' })).status, 404)
      assert.equal(wordsOf(await call(server.url, worker, 'echo', { word: 'last' }, 'last')), 'last')
    })

    // Under dev it takes a minute and a half.
    rarely(
      'many clients that listen to many long URIs, beside one who listens to one',
      {
        skip: mode === 'dev' && !whole && 'only when named',
      },
      async () => {
        await using server = await start()
        const modest = await listenModern(server.url, ['test:modest'])
        const streams = []
        for (let listener = 0; listener < 40; listener++) {
          const uris = Array.from({ length: 1_000 }, (_, index) =>
            `test:${listener}:${index}`.padEnd(4_000, 'x'),
          )
          streams.push(await listenModern(server.url, uris))
        }
        await Promise.all(streams.slice(0, 30).map(({ left }) => left))
        const worker = await openSession(server.url)
        assert.equal(wordsOf(await call(server.url, worker, 'echo', { word: 'on' })), 'on')
        assert.equal(modest.response.destroyed, false)
        for (const stream of [modest, ...streams]) stream.cut()
      },
    )

    rarely('one client more than may listen: whoever has listened longest begins again', async () => {
      await using server = await start(['--max-sessions', '3'])
      const listen = () => listenModern(server.url, ['test:one'])
      const leaves = ({ left }: Awaited<ReturnType<typeof listen>>) =>
        within(
          left.then(() => true),
          patience,
          false,
        )
      const [first, second, third] = [await listen(), await listen(), await listen()]
      const fourth = await listen()
      assert.ok(await leaves(first), 'the first goes on')
      // Who has left takes nobody's place.
      third.cut()
      await third.left
      await callModern(server.url, 'echo', { word: 'on' })
      const fifth = await listen()
      await callModern(server.url, 'echo', { word: 'on' })
      const listening = [second, fourth, fifth]
      assert.deepEqual(
        listening.map(({ response }) => response.destroyed),
        [false, false, false],
      )
      listening.push(await listen())
      assert.ok(await leaves(second), 'the second goes on')
      for (const stream of listening) stream.cut()
    })

    rarely('a session that asks for too much is told so, and goes on', async () => {
      await using server = await start()
      const introduced = JSON.parse(initialize)
      introduced.params.clientInfo.name = 'x'.repeat(70_000)
      const refused = await send(server.url, { headers: mcpHeaders, body: JSON.stringify(introduced) })
      assert.match(wordsOf(messageIn(refused)), /initialize request can have at most 64 KiB/)

      const headers = await openSession(server.url)
      const ask = async (method: string, uri: string) =>
        messageIn(await send(server.url, { headers, body: rpc(method, { uri }) }))
      // Refused by the server itself, and so not counted.
      for (let count = 0; count < 3; count++)
        assert.ok((await ask('resources/subscribe', `none:${count}`)).error)
      for (let count = 0; count < 1_000; count++)
        assert.deepEqual((await ask('resources/subscribe', `test:${count}`)).result, {})
      const beyond = await ask('resources/subscribe', 'test:beyond')
      assert.deepEqual([beyond.error?.code, /subscribe to 1000/.test(wordsOf(beyond))], [-32_602, true])
      assert.deepEqual((await ask('resources/subscribe', 'test:1')).result, {})
      await ask('resources/unsubscribe', 'test:1')
      assert.deepEqual((await ask('resources/subscribe', 'test:beyond')).result, {})

      assert.equal(wordsOf(await call(server.url, headers, 'keep', { size: 900_000 })), 'kept')
      const tooMuch = await call(server.url, headers, 'keep', { size: 1_100_000 })
      assert.match(wordsOf(tooMuch), /ctx\.state\.set\("kept"\): a session can hold at most 1 MiB/)
      assert.equal(wordsOf(await call(server.url, headers, 'kept')), '900000')
    })
  })
