import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { mcpHeaders, openSession, rpc, type Sent, send } from '../support/raw-http.ts'
import { type Road, roads } from './roads.ts'

const version = '2026-07-28'
const prefix = 'io.modelcontextprotocol/'
const envelope = { [`${prefix}protocolVersion`]: version, [`${prefix}clientCapabilities`]: {} }

/** One modern request whose headers say what its body says, but for what is given here. */
function modern(
  method: string,
  params: Record<string, unknown> = {},
  headers: Record<string, string | undefined> = {},
  meta: unknown = envelope,
): Sent {
  const name = params.name ?? params.uri
  const given = {
    ...mcpHeaders,
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(typeof name === 'string' && { 'mcp-name': name }),
    ...headers,
  }
  const kept = Object.entries(given).filter((one): one is [string, string] => one[1] !== undefined)
  return {
    headers: Object.fromEntries(kept),
    body: rpc(method, { ...params, ...(meta !== null && { _meta: meta }) }, 7),
  }
}

const echo = (headers: Record<string, string | undefined> = {}, meta?: unknown) =>
  modern('tools/call', { name: 'echo', arguments: { text: 'hi' } }, headers, meta)
const local = (headers: Record<string, string | undefined> = {}) =>
  modern('tools/call', { name: 'local', arguments: { text: 'eu' } }, headers)
const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`
const without = (key: string) =>
  Object.fromEntries(Object.entries(envelope).filter(([name]) => name !== prefix + key))

const rows: Record<string, [Sent, number, number?]> = {
  'a call': [echo(), 200],
  'a session id, which means nothing here': [echo({ 'mcp-session-id': 'nobody' }), 200],
  'no method header': [echo({ 'mcp-method': undefined }), 400, -32020],
  'another method header': [echo({ 'mcp-method': 'tools/list' }), 400, -32020],
  'a method header in capitals': [echo({ 'mcp-method': 'TOOLS/CALL' }), 400, -32020],
  'no name header': [echo({ 'mcp-name': undefined }), 400, -32020],
  'another name header': [echo({ 'mcp-name': 'wait' }), 400, -32020],
  'spaces around a header': [echo({ 'mcp-name': '  echo  ' }), 200],
  'a name in base64': [echo({ 'mcp-name': base64('echo') }), 200],
  'another name in base64': [echo({ 'mcp-name': base64('wait') }), 400, -32020],
  'a name in broken base64': [echo({ 'mcp-name': '=?base64?%%%?=' }), 400, -32020],
  'no version header': [echo({ 'mcp-protocol-version': undefined }), 400, -32020],
  'a version header of the other era': [echo({ 'mcp-protocol-version': '2025-11-25' }), 400, -32020],
  'a parameter header': [local({ 'mcp-param-region': 'eu' }), 200],
  'a parameter header nobody asked for': [echo({ 'mcp-param-colour': 'red' }), 200],
  'no envelope': [modern('tools/list', {}, {}, {}), 400, -32602],
  'no _meta at all': [modern('tools/list', {}, {}, null), 400, -32602],
  'no capabilities': [echo({}, without('clientCapabilities')), 400, -32602],
  'capabilities that are a word': [
    echo({}, { ...envelope, [`${prefix}clientCapabilities`]: 'all' }),
    400,
    -32602,
  ],
  'a version nobody knows': [
    echo(
      { 'mcp-protocol-version': '2099-01-01' },
      { ...envelope, [`${prefix}protocolVersion`]: '2099-01-01' },
    ),
    400,
    -32022,
  ],
  'a version from before': [
    echo(
      { 'mcp-protocol-version': '1900-01-01' },
      { ...envelope, [`${prefix}protocolVersion`]: '1900-01-01' },
    ),
    400,
    -32022,
  ],
  initialize: [modern('initialize'), 404, -32601],
  ping: [modern('ping'), 404, -32601],
  'logging/setLevel': [modern('logging/setLevel', { level: 'info' }), 404, -32601],
  'resources/subscribe': [modern('resources/subscribe', { uri: 'a://b' }), 404, -32601],
  'an unknown method': [modern('no/such'), 404, -32601],
  'a response': [
    {
      headers: { ...mcpHeaders, 'mcp-protocol-version': version },
      body: '{"jsonrpc":"2.0","id":1,"result":{}}',
    },
    400,
  ],
  'a batch': [
    { headers: { ...mcpHeaders, 'mcp-protocol-version': version }, body: `[${echo().body}]` },
    400,
    -32600,
  ],
  'broken JSON': [{ ...echo(), body: '{' }, 400, -32700],
  'plain text': [echo({ 'content-type': 'text/plain' }), 415],
  'accepting JSON only': [echo({ accept: 'application/json' }), 406],
  GET: [{ method: 'GET', headers: { accept: 'text/event-stream', 'mcp-protocol-version': version } }, 405],
  DELETE: [{ method: 'DELETE', headers: { 'mcp-protocol-version': version } }, 405],
}

for (const road of roads) {
  describe(`modern requests to ${road.name}`, () => {
    let server: Awaited<ReturnType<Road['start']>>
    before(async () => {
      server = await road.start()
    })
    after(() => server?.[Symbol.asyncDispose]())

    for (const [name, [sent, usual, code]] of Object.entries(rows)) {
      const status = road.json && usual === 406 ? 200 : usual
      test(`${name}: ${status}`, async () => {
        const answer = await send(server.url, sent)
        assert.equal(answer.status, status, answer.text)
        if (code !== undefined) assert.equal(answer.json?.error?.code, code, answer.text)
        if (status >= 400) assert.equal(answer.json?.jsonrpc, '2.0')
        assert.equal(answer.headers['mcp-session-id'], undefined)
        assert.doesNotMatch(answer.text, /<html|node_modules|\bat .*:\d+:\d+|\/fixtures\//i)
      })
    }

    for (const name of ['nothing', '__proto__', 'constructor', 'toString']) {
      test(`the tool ${name}, which is none`, async () => {
        const { status, json } = await send(server.url, modern('tools/call', { name, arguments: {} }))
        assert.equal(status, 200)
        // SDK v1 tells the model of it, not the client.
        if (road.sdk === 'v1') assert.match(JSON.stringify(json?.result), /"isError":true/)
        else assert.equal(json?.error?.code, -32602)
      })
    }

    test('a state nobody gave out', async () => {
      const params = {
        name: 'echo',
        arguments: { text: 'hi' },
        requestState: 'fastmcp.forged',
        inputResponses: {},
      }
      const { json } = await send(server.url, modern('tools/call', params))
      // A plain server of SDK v2 checks its own states itself, or has none, as here.
      assert.equal(json?.error?.code, road.sdk === 'v2' ? undefined : -32602)
    })

    // SDK v1 knows of no headers for single parameters.
    if (road.sdk !== 'v1') {
      test('a parameter whose header is missing or says something else', async () => {
        for (const headers of [{}, { 'mcp-param-region': 'us' }]) {
          const { status, json } = await send(server.url, local(headers))
          assert.deepEqual([status, json?.error?.code], [400, -32020])
        }
      })
    }

    test('a version nobody knows is answered with those that are known', async () => {
      const [sent] = rows['a version nobody knows'] ?? []
      const { json } = await send(server.url, sent)
      const data = json?.error as { data?: { supported?: string[]; requested?: string } } | undefined
      assert.ok(data?.data?.supported?.includes(version))
      assert.equal(data?.data?.requested, '2099-01-01')
    })

    test('listening to nothing, or to what nobody knows, is acknowledged for what is left of it', async () => {
      for (const notifications of [
        {},
        { weatherChanged: true },
        { toolsListChanged: true, weatherChanged: true },
      ]) {
        const { headers, body } = modern('subscriptions/listen', { notifications })
        const abort = new AbortController()
        const sent = { method: 'POST', headers: headers ?? {}, body: String(body), signal: abort.signal }
        const response = await fetch(server.url, sent)
        assert.equal(response.status, 200)
        const first = new TextDecoder().decode((await response.body?.getReader().read())?.value)
        assert.match(first, /notifications\/subscriptions\/acknowledged/)
        assert.doesNotMatch(first, /weatherChanged/)
        abort.abort()
      }
    })

    test('who leaves a call cancels it', async () => {
      const { headers, body } = modern('tools/call', { name: 'wait', arguments: { ms: 60_000 } })
      const abort = new AbortController()
      const sent = { method: 'POST', headers: headers ?? {}, body: String(body), signal: abort.signal }
      const answer = fetch(server.url, sent)
      await server.until(/^waiting$/m)
      abort.abort()
      await assert.rejects(answer)
      await server.until(/^aborted$/m)
    })

    test('both eras on one connection', async () => {
      const session = await openSession(server.url)
      for (const [sent, count] of [
        [echo(), 1],
        [{ headers: session, body: rpc('ping') }, 2],
        [echo(), 3],
      ] as const)
        assert.equal((await send(server.url, sent)).status, 200, String(count))
    })
  })
}
