import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { CallToolResult, Client } from '@modelcontextprotocol/client'
import { type ConnectOptions, connect, getContext } from 'fastmcp-cli'
import type { Progress } from '../examples/caller.ts'
import { Heard } from '../support/heard.ts'
import { program, root, serveHttp, serveSse } from '../support/program.ts'
import { chosen } from '../support/whole.ts'

const fixture = `${root}test/fixtures/library/context.ts`

type Era = 'legacy' | 'modern'
type Transport = 'stdio' | 'http' | 'sse'
interface Way {
  era: Era
  transport: Transport
}

/** Every way to reach a handler. The modern era has no SSE, and says so when it is asked. */
const ways: Way[] = [
  { era: 'legacy', transport: 'stdio' },
  { era: 'legacy', transport: 'http' },
  { era: 'legacy', transport: 'sse' },
  { era: 'modern', transport: 'stdio' },
  { era: 'modern', transport: 'http' },
]

let http: Awaited<ReturnType<typeof serveHttp>>
let sse: Awaited<ReturnType<typeof serveSse>>
before(async () => {
  const env = { THE_TOKEN: 'open-sesame' }
  http = await serveHttp(fixture, ['--token-env', 'THE_TOKEN'], { env })
  sse = await serveSse(fixture, ['--token-env', 'THE_TOKEN'], { env })
})
after(async () => {
  await http[Symbol.asyncDispose]()
  await sse[Symbol.asyncDispose]()
})

/** What a connected client can do, and what it was told. */
interface Party {
  client: Client
  asked: string[]
  logs: Heard<{ level: string; data: unknown }>
  /** Kept by a handler and not by `onprogress`, which drops what is read together with the answer. */
  progress: Heard<Progress>
  call(name: string, args?: Record<string, unknown>, options?: object): Promise<CallToolResult>
  text(name: string, args?: Record<string, unknown>): Promise<string>
}

function targetOf(transport: Transport): unknown {
  const headers = { authorization: 'Bearer open-sesame', 'x-from': 'the test' }
  if (transport === 'stdio') return { command: process.execPath, args: [program, 'run', fixture] }
  return { url: (transport === 'sse' ? sse : http).url.href, headers }
}

async function join({ era, transport }: Way, options: ConnectOptions = {}): Promise<Party> {
  const asked: string[] = []
  const answers: Record<string, string | number> = { count: 3, colour: 'red', size: 'big' }
  const client = await connect(targetOf(transport), {
    era,
    clientInfo: { name: 'asker', version: '1.2.3' },
    elicit: (request) => {
      asked.push(request.message)
      const [field = ''] = 'requestedSchema' in request ? Object.keys(request.requestedSchema.properties) : []
      return { action: 'accept', content: { [field]: answers[field] ?? '' } }
    },
    sample: ({ messages }) => ({
      role: 'assistant',
      model: 'test',
      content: { type: 'text', text: `answer to ${JSON.stringify(messages[0]?.content)}` },
    }),
    ...options,
  })
  const logs = new Heard<{ level: string; data: unknown }>()
  client.setNotificationHandler('notifications/message', ({ params: { level, data } }) =>
    logs.add({ level, data }),
  )
  const progress = new Heard<Progress>()
  client.setNotificationHandler('notifications/progress', ({ params }) => progress.add(plain(params)))
  const call: Party['call'] = (name, args = {}, settings = {}) =>
    client.callTool({ name, arguments: args, ...settings })
  return { client, asked, logs, progress, call, text: async (name, args) => textOf(await call(name, args)) }
}

/** Without what only one of the eras adds. */
const plain = ({ progressToken, progress, total, message }: Progress & { message?: string | undefined }) => ({
  progressToken,
  progress,
  total,
  ...(message && { message }),
})

function textOf(result: CallToolResult): string {
  const [first] = result.content
  return first?.type === 'text' ? first.text : ''
}

const facts = async (party: Party) => JSON.parse(await party.text('facts'))

/** What each member of the context does, in every way; where it cannot, which words it refuses with. */
const members: Record<string, (party: Party, way: Way) => Promise<void>> = {
  era: async (party, { era }) => assert.equal((await facts(party)).era, era),

  client: async (party) => assert.deepEqual((await facts(party)).client, { name: 'asker', version: '1.2.3' }),

  'sessionId, where there are sessions with names': async (party, { era, transport }) => {
    const [first, second] = [await facts(party), await facts(party)]
    assert.equal(first.sessionId, second.sessionId)
    if (era === 'modern' || transport === 'stdio') assert.equal(first.sessionId, undefined)
    else assert.match(first.sessionId, /^[\w-]{20,}$/)
  },

  'requestId, another for each call': async (party) => {
    const [first, second] = [await facts(party), await facts(party)]
    assert.ok(['string', 'number'].includes(typeof first.requestId))
    assert.notEqual(first.requestId, second.requestId)
  },

  'headers, where there is HTTP': async (party, { transport }) =>
    assert.equal((await facts(party)).header, transport === 'stdio' ? undefined : 'the test'),

  'auth, where callers can be checked': async (party, { transport }) => {
    const expected = { token: 'open-sesame', clientId: 'token', scopes: [] }
    assert.deepEqual((await facts(party)).auth, transport === 'stdio' ? undefined : expected)
  },

  'sdk, which knows the same call': async (party) => {
    const known = await facts(party)
    assert.deepEqual([known.sdkId, known.sdkSession], [known.requestId, known.sessionId])
  },

  'getContext(), for helpers': async (party, { era }) => assert.equal((await facts(party)).helper, era),

  'signal, aborted when the client cancels': async (party) => {
    assert.equal((await facts(party)).aborted, false)
    const leave = new AbortController()
    const waiting = party.call('waiting')
    // The first of these two must be there when the second begins.
    await party.client.listTools()
    const cancelled = party.client.callTool({ name: 'wait', arguments: {} }, { signal: leave.signal })
    await waiting
    leave.abort()
    await assert.rejects(cancelled)
    assert.equal(await party.text('aborted'), '[true]')
  },

  'signal, aborted when the time is up': async (party) => {
    const slow = await party.call('slow')
    assert.equal(slow.isError, true)
    assert.equal(textOf(slow), 'slow did not finish in 0.1 s')
  },

  'progress, in order': async (party) => {
    await party.call('report', {}, { _meta: { progressToken: 'mine' } })
    assert.deepEqual(await party.progress.atLeast(2), [
      { progressToken: 'mine', progress: 1, total: 2, message: 'half' },
      { progressToken: 'mine', progress: 2, total: 2 },
    ])
  },

  'elicit, together where it can, while the handler runs once': async (party) => {
    const run = (text: string) => Number(/run (\d+)/.exec(text)?.[1])
    const first = await party.text('ask', { topic: 'apples' })
    assert.match(first, /^3 red big apples, run \d+$/)
    assert.deepEqual(party.asked.slice().sort(), ['how many apples?', 'which colour?', 'which size?'])
    assert.equal(run(await party.text('ask', { topic: 'apples' })), run(first) + 1)
  },

  'elicit, which says when somebody declines': async (_party, way) => {
    const other = await join(way, { elicit: () => ({ action: 'decline' }) })
    assert.equal(await other.text('ask', { topic: 'pears' }), 'no pears: decline')
    await other.client.close()
  },

  'elicit, which checks the answer': async (_party, way) => {
    const other = await join(way, { elicit: () => ({ action: 'accept', content: { count: 'many' } }) })
    const answer = await other.call('ask', { topic: 'pears' })
    assert.equal(answer.isError, true)
    assert.match(textOf(answer), /count|expected number/i)
    await other.client.close()
  },

  sample: async (party) =>
    assert.equal(await party.text('sample'), 'answer to {"type":"text","text":"say hello"}'),

  'elicit and sample, which refuse where the client cannot': async (_party, way) => {
    const client = await connect(targetOf(way.transport), { era: way.era })
    for (const name of ['ask', 'sample']) {
      const answer = await client
        .callTool({ name, arguments: name === 'ask' ? { topic: 'pears' } : {} })
        .then((result) => textOf(result), String)
      assert.match(answer, /elicitation|sampling/i, name)
    }
    await client.close()
  },

  'state, where there are sessions': async (party, { era }) => {
    const state = (act: string, key: string, value?: unknown) =>
      party.call('state', { act, key, ...(value !== undefined && { value }) })
    if (era === 'modern') {
      const refused = await state('get', 'a')
      assert.equal(refused.isError, true)
      assert.match(
        textOf(refused),
        /ctx\.state needs a session, and clients of protocol version 2026-07-28 have none/,
      )
      return
    }
    const get = async (key: string) => JSON.parse(textOf(await state('get', key))).value
    assert.equal(await get('a'), undefined)
    await state('set', 'a', { list: [1, null, 'two'] })
    await state('set', '__proto__', 'odd')
    assert.deepEqual([await get('a'), await get('__proto__')], [{ list: [1, null, 'two'] }, 'odd'])
    await state('delete', 'a')
    assert.equal(await get('a'), undefined)
    assert.match(await party.text('bad-state'), /ctx\.state\.set\("f"\): JSON cannot hold this value/)
  },

  'state, which is of this session alone': async (party, way) => {
    if (way.era === 'modern' || way.transport === 'stdio') return
    const other = await join(way)
    await party.call('state', { act: 'set', key: 'mine', value: 1 })
    assert.equal(await other.text('state', { act: 'get', key: 'mine' }), '{}')
    await other.client.close()
  },

  'log, from the level up that the client wants': async (_party, way) => {
    const { era } = way
    const party = await join(way)
    const levels = ['debug', 'info', 'notice', 'warning', 'error']
    if (era === 'legacy') await party.client.setLoggingLevel('notice')
    const wish = era === 'modern' ? { _meta: { 'io.modelcontextprotocol/logLevel': 'notice' } } : {}
    for (const level of levels) await party.call('level', { level }, wish)
    assert.deepEqual(
      await party.logs.atLeast(3),
      ['notice', 'warning', 'error'].map((level) => ({ level, data: { at: level } })),
    )
    await party.client.close()
  },

  'log, which is silent in the modern era for who asks for nothing': async (party, { era }) => {
    if (era === 'legacy') return
    await party.call('level', { level: 'error' })
    await party.call('level', { level: 'info' }, { _meta: { 'io.modelcontextprotocol/logLevel': 'debug' } })
    assert.deepEqual(await party.logs.atLeast(1), [{ level: 'info', data: { at: 'info' } }])
  },
}

for (const way of chosen(ways, 3)) {
  describe(`the context, ${way.era} over ${way.transport}, has`, () => {
    let party: Party
    before(async () => {
      party = await join(way)
    })
    after(() => party.client.close())

    for (const [member, check] of Object.entries(members)) test(member, () => check(party, way))

    test('and is there for resources and prompts', async () => {
      const { client } = party
      const note = await client.readResource({ uri: 'notes://apples' })
      assert.deepEqual(note.contents[0], {
        uri: 'notes://apples',
        mimeType: 'text/plain',
        text: 'apples for asker',
      })
      const prompt = await client.getPrompt({ name: 'greet', arguments: { who: 'Ann' } })
      assert.deepEqual(prompt.messages[0]?.content, { type: 'text', text: 'greet Ann from asker' })
      const ref = { type: 'ref/resource' as const, uri: 'notes://{topic}' }
      const { completion } = await client.complete({ ref, argument: { name: 'topic', value: 'p' } })
      assert.deepEqual(completion.values, ['pears'])
    })
  })
}

test('the modern era over sse is refused with a word', async () => {
  await assert.rejects(
    join({ era: 'modern', transport: 'sse' }),
    /did not offer pinned protocol version 2026-07-28/,
  )
})

test('getContext() outside a handler says so', () => {
  assert.throws(getContext, /getContext\(\) was called outside a handler/)
})
