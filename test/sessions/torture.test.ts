import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pinned } from '../support/clients.ts'
import { listening, root, serveHttp, serveSse, startFastmcp, times } from '../support/program.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'
import { type Person, personV1, personV2 } from './person.ts'

const uri = 'note://apples'
/** Where the servers stand; `scripts/test-sdks.mjs` puts them beside older SDKs. */
const fixtures = process.env.FASTMCP_TEST_SDK_FOLDER ?? `${root}test/fixtures/sessions`
const fixture = (sdk: string, name = 'server') => `${fixtures}/torture-${sdk}.ts:${name}`
const serveDev = (file: string, args: readonly string[]) =>
  listening(startFastmcp(['dev', file, '--no-inspector', '-p', '0', ...args]))
const commands = { run: serveHttp, dev: serveDev }
const sdks = (process.env.FASTMCP_TEST_SDK ?? 'v1,v2,tmcp').split(',')

/** Everything of one kind that a person has heard; nothing that was sent before is still under way. */
async function allOf<T>(heard: { atLeast(count: number): Promise<T[]> }, person: Person): Promise<T[]> {
  await mark(person)
  return heard.atLeast(0)
}

/** A message on the stream that everything else without a request travels on, too. */
let marks = 0
async function mark(person: Person): Promise<void> {
  const word = `mark ${++marks}`
  await person.call('shout', word)
  for (let count = 1; !(await person.logs.atLeast(count)).includes(word); count++);
}

const kinds = [
  { name: 'an exported McpServer', exported: 'server', shared: true, grows: true },
  { name: 'an exported low-level Server', exported: 'low', shared: true, grows: false },
  { name: 'a factory of McpServer', exported: 'createServer', shared: false, grows: true },
  { name: 'a factory of low-level Server', exported: 'createLow', shared: false, grows: false },
]

/** tmcp has no low-level server. */
const kindsOf = (sdk: string) =>
  chosen(kinds, 6, sdk === 'v2' ? 1 : 0).filter(({ grows }) => grows || sdk !== 'tmcp')

for (const sdk of sdks) {
  for (const { name, exported, shared, grows } of kindsOf(sdk)) {
    for (const transport of chosen(['http', 'sse'] as const, 2)) {
      describe(`many sessions over ${transport} on ${name}, SDK ${sdk}`, () => {
        let server: Awaited<ReturnType<typeof serveHttp>>
        let ann: Person
        let bob: Person
        const target = () => (transport === 'http' ? { http: server.url } : { sse: server.url })
        const both = <T>(act: (person: Person) => Promise<T>) => Promise.all([act(ann), act(bob)])

        const countOf = (line: string) => server.stderr.split('\n').filter((one) => one === line).length

        before(async () => {
          server = await (transport === 'http' ? serveHttp : serveSse)(fixture(sdk, exported))
          ann = await personV2(target(), 'ann')
          bob = await personV1(target(), 'bob')
        })
        after(async () => {
          await both((person) => person.close())
          await server[Symbol.asyncDispose]()
        })

        test('calls on the instance know whose call they are in', async () => {
          const asked = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? ann : bob))
          const names = await Promise.all(asked.map((person) => person.call('whoami')))
          assert.deepEqual(
            names,
            asked.map((person) => person.name),
          )
        })

        test('each is asked what its own call asks', async () => {
          assert.deepEqual(await both((person) => person.call('ask', 'who?')), ['ann: who?', 'bob: who?'])
          assert.deepEqual(await both((person) => person.call('think')), ['ann thinks', 'bob thinks'])
          assert.deepEqual(await both((person) => person.call('roots')), ['file:///ann', 'file:///bob'])
        })

        test('each has its own log level', async () => {
          await ann.setLevel('error')
          await bob.setLevel('debug')
          await both((person) => person.call('log', 'hi'))
          assert.ok((await allOf(bob.logs, bob)).includes('hi'))
          assert.ok(!(await allOf(ann.logs, ann)).includes('hi'))
        })

        test('each hears of the progress of its own calls', async () => {
          await both((person) => person.call('count'))
          const seen = await both((person) => person.progress.atLeast(3))
          assert.deepEqual(seen, [
            [1, 2, 3],
            [1, 2, 3],
          ])
        })

        test('equal ids: a cancellation ends only its own call', async () => {
          // Clients of one SDK count their requests in the same way.
          const [one, two] = [await personV2(target(), 'one'), await personV2(target(), 'two')]
          const abort = new AbortController()
          const [aborted, holding] = [countOf('aborted'), countOf('holding')]
          const [cancelled, held] = [one.call('hold', '400', abort.signal), two.call('hold', '400')]
          await server.until(times('holding', holding + 2))
          abort.abort('enough')
          await assert.rejects(cancelled)
          assert.equal(await held, 'held')
          assert.equal(countOf('aborted'), aborted + 1)
          await Promise.all([one.close(), two.close()])
        })

        test(`what is added while serving reaches ${shared ? 'everybody' : 'its own client'}`, async () => {
          await ann.call('grow', 'extra')
          await ann.changes.atLeast(2)
          if (shared) await bob.changes.atLeast(2)
          else assert.deepEqual(await allOf(bob.changes, bob), [])
          const callers = grows ? (shared ? [ann, bob] : [ann]) : []
          for (const person of callers) {
            assert.equal(await person.call('extra'), 'extra here')
            assert.equal(await person.call('extra-later'), 'extra-later here')
          }
        })

        rarely(
          `what is said outside any call reaches ${shared ? 'everybody' : 'its own client'}`,
          async () => {
            await ann.call('shout', 'news')
            const heard = async (person: Person) => (await allOf(person.logs, person)).includes('news')
            assert.deepEqual([await heard(ann), await heard(bob)], [true, shared])
          },
        )

        rarely('updates of a resource reach who has subscribed to it', async () => {
          await ann.subscribe(uri)
          await (shared ? bob : ann).call('touch', uri)
          await ann.updates.atLeast(1)
          assert.deepEqual(await allOf(bob.updates, bob), [])
          if (!shared) return
          await ann.unsubscribe(uri)
          await bob.call('touch', uri)
          assert.deepEqual([await allOf(ann.updates, ann), await allOf(bob.updates, bob)], [[uri], []])
        })

        test('a question outside any call has nobody to go to, unless there is one client only', async () => {
          const answer = await ann.call('askOutside', 'who?')
          if (shared)
            assert.match(answer, /elicitation\/create needs one client to go to, but \d are connected/)
          else assert.equal(answer, 'answered')
        })

        test('the end of one session ends only its own calls, and not the server', async () => {
          const eve = await personV1(target(), 'eve')
          const [aborted, holding] = [countOf('aborted'), countOf('holding')]
          const [lost, held] = [eve.call('hold', '60000'), bob.call('hold', '400')]
          await server.until(times('holding', holding + 2))
          await Promise.all([assert.rejects(lost), eve.end()])
          assert.equal(await held, 'held')
          assert.equal(countOf('aborted'), aborted + 1)
          if (shared) assert.doesNotMatch(server.stderr, /USER ONCLOSE/)
        })

        test('eight sessions with equal ids: no answer goes astray', async () => {
          const people = await Promise.all(
            Array.from({ length: 8 }, (_, i) => (i % 2 ? personV1 : personV2)(target(), `p${i}`)),
          )
          const wrong: string[] = []
          const one = async (person: Person) => {
            for (let i = 1; i <= 40; i++) {
              const word = `${person.name}-${i}`
              if ((await person.call('echo', word)) !== word) wrong.push(word)
            }
          }
          await Promise.all(people.map(one))
          assert.deepEqual(wrong, [])
          await Promise.all(people.map((person) => person.close()))
        })
      })
    }
  }
}

for (const sdk of sdks) {
  for (const { name, exported, shared } of kindsOf(sdk)) {
    test(`one client on stdio, ${name}, SDK ${sdk}`, async () => {
      const ann = await personV1({ stdio: ['run', fixture(sdk, exported)] }, 'ann')
      assert.equal(await ann.call('whoami'), 'ann')
      assert.equal(await ann.call('ask', 'who?'), 'ann: who?')
      assert.equal(await ann.call('askOutside', 'who?'), 'answered')
      await ann.call('count')
      assert.deepEqual(await ann.progress.atLeast(3), [1, 2, 3])
      await ann.setLevel('error')
      await ann.call('log', 'unheard')
      await ann.setLevel('debug')
      await ann.call('log', 'heard')
      assert.deepEqual((await allOf(ann.logs, ann)).slice(0, 1), ['heard'])
      await ann.call('grow', 'extra')
      await ann.changes.atLeast(2)
      await ann.subscribe(uri)
      await ann.call('touch', uri)
      assert.deepEqual(await ann.updates.atLeast(1), [uri])
      const abort = new AbortController()
      const cancelled = ann.call('hold', '60000', abort.signal)
      abort.abort('enough')
      await assert.rejects(cancelled)
      assert.equal(await ann.call('echo', 'still there'), 'still there')
      await ann.close()
    })

    describe(`clients of the modern era on ${name}, SDK ${sdk}`, () => {
      let server: Awaited<ReturnType<typeof serveHttp>>
      let eve: Person
      let mia: Person
      let bob: Person
      before(async () => {
        server = await serveHttp(fixture(sdk, exported))
        eve = await personV2({ http: server.url }, 'eve', pinned)
        mia = await personV2({ http: server.url }, 'mia', pinned)
        bob = await personV1({ http: server.url }, 'bob')
      })
      after(async () => {
        await Promise.all([eve, mia, bob].map((person) => person.close()))
        await server[Symbol.asyncDispose]()
      })

      test('calls on the instance know whose call they are in', async () => {
        const asked = Array.from({ length: 21 }, (_, i) => [eve, mia, bob][i % 3] as Person)
        const names = await Promise.all(asked.map((person) => person.call('whoami')))
        assert.deepEqual(
          names,
          asked.map((person) => person.name),
        )
      })

      test('progress and logs of a call reach who made it', async () => {
        await Promise.all([eve.call('count'), mia.call('count')])
        assert.deepEqual(await eve.progress.atLeast(3), [1, 2, 3])
        // SDK v2 sends in this era what is logged through the context, and drops what the instance logs.
        if (sdk === 'v2') return
        await eve.call('log', 'for eve')
        await mia.call('log', 'for mia')
        assert.deepEqual(await eve.logs.atLeast(1), ['for eve'])
        assert.deepEqual(await mia.logs.atLeast(1), ['for mia'])
      })

      test('who leaves a call cancels it, and no other', async () => {
        const abort = new AbortController()
        const [cancelled, held] = [eve.call('hold', '60000', abort.signal), mia.call('hold', '400')]
        await server.until(/holding\s+holding/)
        abort.abort('enough')
        await assert.rejects(cancelled)
        assert.equal(await held, 'held')
        await server.until(/aborted/)
        assert.equal(server.stderr.match(/^aborted$/gm)?.length, 1)
      })

      // SDK v2 itself serves its own servers, and has no request from server to client in this era.
      if (sdk !== 'v2') {
        test('each is asked what its own call asks', async () => {
          const people = [eve, mia, bob]
          const all = (tool: string) => Promise.all(people.map((person) => person.call(tool, 'who?')))
          assert.deepEqual(await all('ask'), ['eve: who?', 'mia: who?', 'bob: who?'])
          assert.deepEqual(await all('think'), ['eve thinks', 'mia thinks', 'bob thinks'])
          assert.deepEqual(await all('roots'), ['file:///eve', 'file:///mia', 'file:///bob'])
        })
      }

      test('who listens hears of what others change, and nobody else does', async () => {
        await eve.subscribe(uri)
        if (!shared) return
        await bob.call('grow', 'extra')
        await eve.changes.atLeast(2)
        await bob.call('touch', uri)
        assert.deepEqual(await eve.updates.atLeast(1), [uri])
        await mia.subscribe('note://pears')
        await bob.call('touch', 'note://pears')
        assert.deepEqual(await mia.updates.atLeast(1), ['note://pears'])
        assert.deepEqual(await eve.updates.atLeast(0), [uri])
        await eve.unsubscribe(uri)
      })
    })
  }
}

for (const [name, serve] of Object.entries(commands))
  test(`a full house by ${name}: an idle client makes room, and when all are being served the next is told when to come back`, async () => {
    await using server = await serve(fixture('v1'), ['--max-sessions', '2'])
    const hold = (headers: Record<string, string>, id: number) =>
      send(server.url, {
        headers,
        body: rpc('tools/call', { name: 'hold', arguments: { word: '1500' } }, id),
      })
    const ping = async (headers: Record<string, string>) =>
      (await send(server.url, { headers, body: rpc('ping', undefined, 'ping') })).status
    const [used, unused] = [await openSession(server.url), await openSession(server.url)]
    assert.match((await hold(used, 1)).text, /held/)
    const third = await openSession(server.url)
    assert.deepEqual([await ping(unused), await ping(used)], [404, 200])
    const calls = [hold(used, 2), hold(third, 3)]
    const refused = await send(server.url, { headers: mcpHeaders, body: initialize })
    assert.equal(refused.status, 503)
    assert.match(String(refused.headers['retry-after']), /^[1-5]$/)
    for (const call of calls) assert.match((await call).text, /held/)
    assert.equal((await send(server.url, { headers: mcpHeaders, body: initialize })).status, 200)
  })

for (const [name, serve] of Object.entries(commands))
  test(`an idle session ends by ${name}, one in the middle of a call does not`, async () => {
    await using server = await serve(fixture('v1'), ['--session-timeout', '1'])
    const [idle, busy] = [await openSession(server.url), await openSession(server.url)]
    const call = send(server.url, {
      headers: busy,
      body: rpc('tools/call', { name: 'hold', arguments: { word: '2500' } }),
    })
    assert.match((await call).text, /held/)
    assert.equal((await send(server.url, { headers: idle, body: rpc('ping') })).status, 404)
    assert.equal((await send(server.url, { headers: busy, body: rpc('ping', undefined, 2) })).status, 200)
  })

test('without sessions: none is given out, and calls are answered', async () => {
  await using server = await serveHttp(fixture('v1'), ['--stateless'])
  const opened = await send(server.url, { headers: mcpHeaders, body: initialize })
  assert.deepEqual([opened.status, opened.headers['mcp-session-id']], [200, undefined])
  const call = rpc('tools/call', { name: 'echo', arguments: { word: 'hi' } })
  assert.match((await send(server.url, { headers: mcpHeaders, body: call })).text, /"hi"/)
  assert.equal(
    (await send(server.url, { method: 'GET', headers: { accept: 'text/event-stream' } })).status,
    405,
  )
})
