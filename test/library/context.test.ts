import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Client } from '@modelcontextprotocol/client'
import { clientV2, connectV2, type Mode, pinned, type Target } from '../support/clients.ts'
import { root, type serveHttp as Serve, serveHttp, serveSse } from '../support/program.ts'

const fixture = `${root}test/fixtures/library/context.ts`

/** Every way to reach the fixture; the modern era has no SSE. */
const ways: { name: string; era: 'legacy' | 'modern'; transport: 'stdio' | 'http' | 'sse' }[] = [
  { name: 'legacy over stdio', era: 'legacy', transport: 'stdio' },
  { name: 'legacy over Streamable HTTP', era: 'legacy', transport: 'http' },
  { name: 'legacy over SSE', era: 'legacy', transport: 'sse' },
  { name: 'modern over stdio', era: 'modern', transport: 'stdio' },
  { name: 'modern over Streamable HTTP', era: 'modern', transport: 'http' },
]

let http: Awaited<ReturnType<typeof Serve>>
let sse: Awaited<ReturnType<typeof Serve>>
before(async () => {
  http = await serveHttp(fixture)
  sse = await serveSse(fixture)
})
after(async () => {
  await http[Symbol.asyncDispose]()
  await sse[Symbol.asyncDispose]()
})

interface Heard {
  asked: string[]
  logged: string[]
}

/** A client that can be asked, and a note of what it was asked and told. */
async function connect({ era, transport }: (typeof ways)[number]): Promise<{ client: Client; heard: Heard }> {
  const mode: Mode = era === 'modern' ? pinned : 'legacy'
  const client = clientV2('asker', mode, { elicitation: {}, sampling: {} })
  const heard: Heard = { asked: [], logged: [] }
  const answers: Record<string, unknown> = { count: 3, colour: 'red', size: 'big' }
  client.setRequestHandler('elicitation/create', (request) => {
    const params = request.params as {
      message: string
      requestedSchema: { properties: Record<string, unknown> }
    }
    heard.asked.push(params.message)
    const [field = ''] = Object.keys(params.requestedSchema.properties)
    return { action: 'accept', content: { [field]: answers[field] as string } }
  })
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    model: 'test',
    content: { type: 'text', text: 'hello' },
  }))
  client.setNotificationHandler(
    'notifications/message',
    ({ params }) => void heard.logged.push(String(params.data)),
  )
  const targets: Record<string, Target> = {
    stdio: { stdio: ['run', fixture] },
    http: { http: http.url },
    sse: { sse: sse.url },
  }
  await connectV2(targets[transport] as Target, client)
  return { client, heard }
}

function textOf(result: unknown): string {
  const [first] = (result as { content: { text: string }[] }).content
  return first?.text ?? ''
}

for (const way of ways) {
  describe(`the context, ${way.name}`, () => {
    let client: Client
    let heard: Heard
    before(async () => {
      ;({ client, heard } = await connect(way))
    })
    after(() => client.close())
    const call = (name: string, args: Record<string, unknown> = {}) =>
      client.callTool({ name, arguments: args })

    test('knows the call', async () => {
      const facts = JSON.parse(textOf(await call('facts')))
      assert.equal(facts.era, way.era)
      assert.equal(facts.client, 'asker')
      assert.equal(facts.session, way.era === 'legacy' && way.transport !== 'stdio' ? 'string' : 'undefined')
      assert.equal(facts.header !== null, way.transport !== 'stdio')
      assert.deepEqual(
        [facts.aborted, facts.id, facts.sdk],
        [false, way.era === 'modern' ? facts.id : 'number', 'object'],
      )
    })

    test('asks the client, together where it can, and runs the handler once', async () => {
      heard.asked.length = 0
      const run = (text: string) => Number(/run (\d+)/.exec(text)?.[1])
      const first = textOf(await call('ask', { topic: 'apples' }))
      assert.match(first, /^3 red big apples, run \d+$/)
      assert.deepEqual(heard.asked.slice().sort(), ['how many apples?', 'which colour?', 'which size?'])
      assert.equal(run(textOf(await call('ask', { topic: 'apples' }))), run(first) + 1)
    })

    test('uses the model of the client', async () => {
      assert.equal(textOf(await call('sample')), 'hello')
    })

    test('keeps state with the session, or says that there is none', async () => {
      const [first, second] = [await call('count'), await call('count')]
      if (way.era === 'legacy') assert.deepEqual([textOf(first), textOf(second)], ['1', '2'])
      else assert.match(textOf(first), /ctx\.state needs a session/)
    })

    test('logs and reports progress', async () => {
      heard.logged.length = 0
      const seen: number[] = []
      const onprogress = ({ progress }: { progress: number }) => void seen.push(progress)
      const options = { onprogress, ...(way.era === 'modern' && { logLevel: 'debug' }) }
      await client.callTool({ name: 'report', arguments: {} }, options)
      assert.deepEqual(seen, [1, 2])
      if (way.era === 'legacy')
        assert.deepEqual(heard.logged, ['a debug', 'a info', 'a notice', 'a warning', 'a error'])
    })

    test('ends a tool that takes too long, and tells the model of errors', async () => {
      const slow = await call('slow')
      assert.equal(slow.isError, true)
      assert.equal(textOf(slow), 'slow did not finish in 0.1 s')
      assert.equal(textOf(await call('refuse')), 'try a smaller number')
      assert.equal(textOf(await call('fail')), 'a bug')
    })

    test('serves resources, prompts and completions', async () => {
      const note = await client.readResource({ uri: 'notes://apples' })
      assert.deepEqual(note.contents[0], {
        uri: 'notes://apples',
        mimeType: 'text/plain',
        text: 'apples for asker',
      })
      const bytes = await client.readResource({ uri: 'bytes://one' })
      assert.deepEqual(bytes.contents[0], {
        uri: 'bytes://one',
        mimeType: 'application/octet-stream',
        blob: 'AQID',
      })
      const prompt = await client.getPrompt({ name: 'greet', arguments: { who: 'Ann' } })
      assert.deepEqual(prompt.messages[0]?.content, { type: 'text', text: 'greet Ann from asker' })
      const ref = { type: 'ref/resource' as const, uri: 'notes://{topic}' }
      const { completion } = await client.complete({ ref, argument: { name: 'topic', value: 'p' } })
      assert.deepEqual(completion.values, ['pears'])
    })
  })
}
