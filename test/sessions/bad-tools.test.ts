import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clientV2, connectV2, type Mode, pinned, type Target } from '../support/clients.ts'
import { serveMounted } from '../support/mounted.ts'
import { root, type Started, serveHttp } from '../support/program.ts'
import { openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

const fixture = `${root}test/fixtures/sessions/bad-tools.ts`

/** What the tools of our own library say; the SDKs word it their way, but every caller hears something. */
const ownWords: Record<string, RegExp> = {
  'throws an error': /"boom"/,
  'throws undefined': /"undefined was thrown"/,
  'throws a circle': /an object was thrown, with self/,
  'returns a circle': /an object that holds itself at self/,
  'returns a symbol': /the handler returned a symbol, which cannot be sent/,
  'holds a BigInt': /The answer cannot be sent as JSON: Do not know how to serialize a BigInt/,
  never: /did not finish in 0\.2 s/,
}
/** What is no failure with our own library. */
const fine = ['returns a BigInt', 'returns undefined']

interface Heard {
  failed: boolean
  text: string
}

async function callAll(target: Target, mode: Mode): Promise<Map<string, Heard>> {
  const client = await connectV2(target, clientV2('caller', mode))
  const heard = new Map<string, Heard>()
  const { tools } = await client.listTools()
  for (const { name } of tools.filter((tool) => tool.name !== 'huge')) {
    const answer = await client.callTool({ name, arguments: {} }, { timeout: 10_000 }).then(
      (result) => ({ failed: result.isError === true, text: JSON.stringify(result.content) }),
      (error: Error) => ({ failed: true, text: error.message }),
    )
    heard.set(name.replaceAll('_', ' '), answer)
  }
  assert.equal((await client.listTools()).tools.length, tools.length)
  await client.close()
  return heard
}

async function callOn(starting: Promise<Started & { url: URL }>, mode: Mode): Promise<Map<string, Heard>> {
  await using server = await starting
  return await callAll({ http: server.url }, mode)
}

describe('whatever a tool throws or returns, its caller hears of it and the server lives on', () => {
  for (const [index, kind] of ['own', 'v1', 'v2'].entries()) {
    const env = { KIND: kind }
    const rows: Record<string, () => Promise<Map<string, Heard>>> = {
      'on stdio': () => callAll({ stdio: ['run', fixture], env }, 'legacy'),
      'on stdio, in the modern era': () => callAll({ stdio: ['run', fixture], env }, pinned),
      'over HTTP': () => callOn(serveHttp(fixture, [], { env }), 'legacy'),
      'over HTTP, in the modern era': () => callOn(serveHttp(fixture, [], { env }), pinned),
    }
    if (kind === 'own') {
      // One for listeners, and one for web-standard handlers.
      for (const host of ['node:http', 'Hono'] as const) {
        rows[`mounted in ${host}`] = () => callOn(serveMounted(host, fixture, { env }), 'legacy')
        rows[`mounted in ${host}, in the modern era`] = () =>
          callOn(serveMounted(host, fixture, { env }), pinned)
      }
    }
    for (const [where, call] of chosen(Object.entries(rows), 2, index % 2)) {
      test(`${kind}, ${where}`, async () => {
        const heard = await call()
        assert.ok(heard.size >= 16)
        for (const [title, { failed, text }] of heard) {
          assert.doesNotMatch(text, /timed out/i, title)
          if (kind !== 'own' || !fine.includes(title)) assert.equal(failed, true, `${title}: ${text}`)
          if (kind === 'own' && ownWords[title]) assert.match(text, ownWords[title], title)
        }
      })
    }
  }
})

rarely('100 MB from a tool arrive whole', async () => {
  await using server = await serveHttp(fixture, [], { env: { KIND: 'own' } })
  const headers = await openSession(server.url)
  const answer = await send(server.url, { headers, body: rpc('tools/call', { name: 'huge' }) })
  assert.ok(answer.text.length > 100_000_000)
})
