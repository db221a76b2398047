import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openSource } from '../support/event-source.ts'
import { listening, root, serveHttp, startFastmcp } from '../support/program.ts'
import { mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

const serveDev = (file: string) => listening(startFastmcp(['dev', file, '--no-inspector', '-p', '0']))
const commands = { run: serveHttp, dev: serveDev }
const exported = ['server', 'low', 'createServer', 'createLow']
const roads = ['v1', 'v2'].flatMap((sdk) =>
  exported.flatMap((name) =>
    Object.entries(commands).map(([command, serve]) => ({ sdk, name, command, serve })),
  ),
)

const about = {
  protocolVersion: '2025-11-25',
  capabilities: { elicitation: {} },
  clientInfo: { name: 'raw', version: '1.0.0' },
}

/** A session of a client that can be asked, and has opened no stream of its own. */
async function open(url: URL): Promise<Record<string, string>> {
  const { headers } = await send(url, { headers: mcpHeaders, body: rpc('initialize', about) })
  const own = { ...mcpHeaders, 'mcp-session-id': String(headers['mcp-session-id']) }
  await send(url, { headers: own, body: '{"jsonrpc":"2.0","method":"notifications/initialized"}' })
  return own
}

interface Message {
  id: string | number
  method?: string
  params?: { message: string }
  result?: { content: { text: string }[] }
}

/** What comes on the stream of a call that asks, whose questions are answered with what they ask. */
async function heardOn(
  url: URL,
  headers: Record<string, string>,
  [tool, word, id]: [string, string, number],
) {
  const body = rpc('tools/call', { name: tool, arguments: { word } }, id)
  const stream = await openSource(url, { method: 'POST', headers, body })
  const heard: string[] = []
  for (let event = await stream.next(); event; event = await stream.next()) {
    if (event.data === '') continue
    const message: Message = JSON.parse(event.data)
    heard.push(message.params?.message ?? message.result?.content[0]?.text ?? event.data)
    if (message.method !== 'elicitation/create') continue
    const result = { action: 'accept', content: { answer: message.params?.message } }
    await send(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', id: message.id, result }) })
  }
  return heard
}

for (const { sdk, name, command, serve } of chosen(roads, 5)) {
  describe(`what ${name} of SDK ${sdk} asks on the instance under ${command}`, () => {
    const file = `${root}test/fixtures/sessions/torture-${sdk}.ts:${name}`
    const calls: [string, string, number][] = [
      ['ask', 'one', 11],
      ['askTwice', 'two', 12],
    ]
    const expected = [
      ['one', 'one'],
      ['two', 'two', 'two, two'],
    ]

    test('travels on the stream of the call, of two at once each on its own', async () => {
      await using server = await serve(file)
      const headers = await open(server.url)
      assert.deepEqual(await Promise.all(calls.map((call) => heardOn(server.url, headers, call))), expected)
    })

    test('and not on the one that the client has opened with GET', async () => {
      await using server = await serve(file)
      const headers = await open(server.url)
      const own = await openSource(server.url, { headers })
      assert.deepEqual(await Promise.all(calls.map((call) => heardOn(server.url, headers, call))), expected)
      await send(server.url, { method: 'DELETE', headers })
      const events = await own.rest()
      assert.deepEqual(
        events.filter(({ data }) => data.includes('elicitation')),
        [],
      )
    })

    rarely('outside any handler, still reaches who has opened none', async () => {
      await using server = await serve(file)
      const headers = await open(server.url)
      const heard = await heardOn(server.url, headers, ['askOutside', 'who', 13])
      assert.deepEqual(heard, ['who', 'answered'])
    })
  })
}
