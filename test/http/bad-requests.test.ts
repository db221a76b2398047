import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { root, serveHttp, times } from '../support/program.ts'
import { initialize, mcpHeaders, openSession, rpc, type Sent, send, sendBytes } from '../support/raw-http.ts'

interface Row {
  name: string
  sent: Sent
  status: number
  code?: number
  session?: boolean
}

const call = rpc('tools/call', { name: 'echo', arguments: { text: 'hi' } }, 7)
const post = (headers: Record<string, string | undefined>, body: string | Buffer = initialize): Sent => {
  const merged = { ...mcpHeaders, ...headers }
  return {
    headers: Object.fromEntries(Object.entries(merged).filter((one) => one[1] !== undefined)) as Record<
      string,
      string
    >,
    body,
  }
}
const withSession = (body: string | Buffer, headers: Record<string, string> = {}): Sent => post(headers, body)

const rows: Row[] = [
  { name: 'a foreign origin', sent: post({ origin: 'https://evil.example' }), status: 403 },
  { name: 'the null origin', sent: post({ origin: 'null' }), status: 403 },
  {
    name: 'an origin that begins like ours',
    sent: post({ origin: 'http://localhost.evil.example' }),
    status: 403,
  },
  { name: 'an origin of this machine', sent: post({ origin: 'http://localhost:5173' }), status: 200 },
  { name: 'a foreign host', sent: post({ host: 'evil.example' }), status: 403 },
  { name: 'a host that begins like ours', sent: post({ host: '127.0.0.1.evil.example' }), status: 403 },
  { name: 'IPv6 loopback as host', sent: post({ host: '[::1]:1234' }), status: 200 },
  { name: 'localhost as host', sent: post({ host: 'LocalHost:99' }), status: 200 },
  { name: 'no content type', sent: post({ 'content-type': undefined }), status: 415 },
  { name: 'plain text', sent: post({ 'content-type': 'text/plain' }), status: 415 },
  {
    name: 'JSON with charset',
    sent: post({ 'content-type': 'application/json; charset=utf-8' }),
    status: 200,
  },
  { name: 'JSON in UTF-16', sent: post({ 'content-type': 'application/json; charset=utf-16' }), status: 415 },
  { name: 'a compressed body', sent: post({ 'content-encoding': 'gzip' }), status: 415 },
  { name: 'accepting JSON only', sent: post({ accept: 'application/json' }), status: 406 },
  { name: 'accepting anything', sent: post({ accept: '*/*' }), status: 200 },
  { name: 'broken JSON', sent: post({}, '{'), status: 400, code: -32700 },
  { name: 'no body', sent: post({}, ''), status: 400, code: -32700 },
  { name: 'null', sent: post({}, 'null'), status: 400, code: -32600 },
  { name: 'a number', sent: post({}, '42'), status: 400, code: -32600 },
  { name: 'an empty batch', sent: post({}, '[]'), status: 400, code: -32600 },
  { name: 'a batch', sent: post({}, `[${initialize}]`), status: 400, code: -32600 },
  {
    name: 'jsonrpc 1.0',
    sent: post({}, '{"jsonrpc":"1.0","id":1,"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a null id',
    sent: post({}, '{"jsonrpc":"2.0","id":null,"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'an object as id',
    sent: post({}, '{"jsonrpc":"2.0","id":{},"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a fraction as id',
    sent: post({}, '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a method that is no text',
    sent: post({}, '{"jsonrpc":"2.0","id":1,"method":7}'),
    status: 400,
    code: -32600,
  },
  { name: 'no method', sent: post({}, '{"jsonrpc":"2.0","id":1}'), status: 400, code: -32600 },
  {
    name: 'params as a list',
    sent: post({}, '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}'),
    status: 400,
    code: -32600,
  },
  {
    name: 'a member that JSON-RPC does not know',
    sent: withSession('{"jsonrpc":"2.0","id":1,"method":"ping","colour":"red"}'),
    status: 200,
    session: true,
  },
  {
    name: '_meta that is no object',
    sent: withSession('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":"x"}}'),
    status: 400,
    code: -32600,
    session: true,
  },
  {
    name: 'a progress token that is none',
    sent: withSession('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}}'),
    status: 400,
    code: -32600,
    session: true,
  },
  { name: 'no session', sent: post({}, call), status: 400 },
  { name: 'an unknown session', sent: post({ 'mcp-session-id': 'nobody' }, call), status: 404 },
  { name: 'session __proto__', sent: post({ 'mcp-session-id': '__proto__' }, call), status: 404 },
  { name: 'session constructor', sent: post({ 'mcp-session-id': 'constructor' }, call), status: 404 },
  { name: 'session toString', sent: post({ 'mcp-session-id': 'toString' }, call), status: 404 },
  { name: 'a session id with a space', sent: post({ 'mcp-session-id': 'no body' }, call), status: 404 },
  { name: 'an empty session id', sent: post({ 'mcp-session-id': '' }, call), status: 400 },
  { name: 'a session id of 10 kB', sent: post({ 'mcp-session-id': 'x'.repeat(10_000) }, call), status: 404 },
  {
    name: 'an unknown protocol version',
    sent: withSession(call, { 'mcp-protocol-version': '1999-01-01' }),
    status: 400,
    session: true,
  },
  {
    name: 'a known protocol version',
    sent: withSession(call, { 'mcp-protocol-version': '2025-06-18' }),
    status: 200,
    session: true,
  },
  { name: 'a second initialize', sent: withSession(initialize), status: 400, code: -32600, session: true },
  { name: 'an unknown method', sent: withSession(rpc('no/such')), status: 200, code: -32601, session: true },
  {
    name: 'an answer to nothing',
    sent: withSession('{"jsonrpc":"2.0","id":99,"result":{}}'),
    status: 202,
    session: true,
  },
  {
    name: 'a notification',
    sent: withSession('{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}'),
    status: 202,
    session: true,
  },
  {
    name: '3 MB of arguments',
    sent: withSession(rpc('tools/call', { name: 'echo', arguments: { text: 'x'.repeat(3e6) } })),
    status: 200,
    session: true,
  },
  {
    name: 'prototype keys in arguments',
    sent: withSession(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"a","__proto__":{"x":1}}}}',
    ),
    status: 200,
    session: true,
  },
  { name: 'PUT', sent: { ...post({}), method: 'PUT' }, status: 405 },
  { name: 'PATCH', sent: { ...post({}), method: 'PATCH' }, status: 405 },
  {
    name: 'GET without session',
    sent: { method: 'GET', headers: { accept: 'text/event-stream' } },
    status: 400,
  },
  { name: 'GET without accept', sent: { method: 'GET' }, status: 406 },
  { name: 'DELETE without session', sent: { method: 'DELETE' }, status: 400 },
  { name: 'an unknown path', sent: { ...post({}), path: '/nowhere' }, status: 404 },
  { name: 'an encoded path', sent: { ...post({}), path: '/%6dcp' }, status: 200 },
  { name: 'a broken escape', sent: { ...post({}), path: '/%ZZ' }, status: 404 },
  { name: 'a path beside ours', sent: { ...post({}), path: '/mcp/../x' }, status: 404 },
  { name: 'a trailing slash', sent: { ...post({}), path: '/mcp/' }, status: 200 },
  { name: 'a query', sent: { ...post({}), path: '/mcp?x=1' }, status: 200 },
  { name: 'an absolute address', sent: { ...post({}), path: 'http://127.0.0.1/mcp' }, status: 200 },
]

const fixtures = {
  FastMCP: 'test/fixtures/http/routes.ts',
  'SDK v1': 'test/fixtures/http/echo-v1.ts',
  'SDK v2': 'test/fixtures/http/echo-v2.ts',
}

for (const [kind, file] of Object.entries(fixtures)) {
  describe(`bad requests to ${kind}`, () => {
    let server: Awaited<ReturnType<typeof serveHttp>>
    let session: Record<string, string>
    before(async () => {
      server = await serveHttp(root + file)
      session = await openSession(server.url)
    })
    after(() => server[Symbol.asyncDispose]())

    for (const { name, sent, status, code, session: inSession } of rows) {
      test(`${name}: ${status}`, async () => {
        const headers = inSession
          ? { ...session, ...sent.headers, 'mcp-session-id': session['mcp-session-id'] ?? '' }
          : sent.headers
        const answer = await send(server.url, { ...sent, ...(headers && { headers }) })
        assert.equal(answer.status, status, answer.text)
        if (code !== undefined) assert.equal(answer.json?.error?.code, code)
        if (status >= 400) assert.equal(answer.json?.jsonrpc, '2.0')
        assert.doesNotMatch(answer.text.slice(0, 2000), /<html|node_modules|\bat .*:\d+:\d+|\/fixtures\//i)
      })
    }

    test('a body of 20 MB: 413, with and without its length', async () => {
      const body = rpc('tools/call', { name: 'echo', arguments: { text: 'x'.repeat(20e6) } })
      for (const chunk of [undefined, 65_536]) {
        const sent = send(server.url, { headers: session, body, ...(chunk && { chunk }) })
        // The connection is closed while the client still sends, which may cut the answer off.
        const status = await sent.then(
          (answer) => answer.status,
          () => 413,
        )
        assert.equal(status, 413)
      }
      assert.equal((await send(server.url, { headers: session, body: call })).status, 200)
    })

    test('a page of another site gets no leave to call, one of this machine does, and may read refusals', async () => {
      const ask = (origin: string) => {
        const headers = {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'mcp-session-id',
        }
        return send(server.url, { method: 'OPTIONS', headers })
      }
      const foreign = await ask('https://evil.example')
      assert.deepEqual([foreign.status, foreign.headers['access-control-allow-origin']], [403, undefined])
      const own = await ask('http://localhost:5173')
      assert.deepEqual(
        [own.status, own.headers['access-control-allow-origin'], own.headers['access-control-allow-headers']],
        [204, 'http://localhost:5173', 'mcp-session-id'],
      )
      const refused = await send(
        server.url,
        post({ origin: 'http://localhost:5173', 'mcp-session-id': 'nobody' }, call),
      )
      assert.equal(refused.status, 404)
      assert.equal(refused.headers['access-control-allow-origin'], 'http://localhost:5173')
      assert.match(String(refused.headers['access-control-expose-headers']), /Mcp-Session-Id/)
    })

    test('a version nobody knows: the latest is offered', async () => {
      const { status, json } = await send(
        server.url,
        post({}, initialize.replace('2025-11-25', '1999-01-01')),
      )
      assert.equal(status, 200)
      assert.match(JSON.stringify(json?.result), /"protocolVersion":"2025-11-25"/)
    })

    for (const name of ['nothing', '__proto__', 'constructor']) {
      test(`the tool ${name}, which is none`, async () => {
        const { status, json } = await send(server.url, {
          headers: session,
          body: rpc('tools/call', { name, arguments: {} }, `tool ${name}`),
        })
        assert.equal(status, 200)
        // SDK v1 tells the model of it, not the client.
        if (kind === 'SDK v1') assert.match(JSON.stringify(json?.result), /"isError":true/)
        else assert.equal(json?.error?.code, -32602)
      })
    }

    test('arguments that do not fit name the field', async () => {
      const body = rpc('tools/call', { name: 'echo', arguments: { text: 7 } }, 'unfit')
      const { status, text } = await send(server.url, { headers: session, body })
      assert.equal(status, 200)
      assert.match(text, /"isError":true/)
      assert.match(text, /text/)
    })

    test('no request changes what every object has', async () => {
      for (const member of ['"__proto__":{"x":1}', '"constructor":{"prototype":{"x":1}}']) {
        const params = `{"name":"echo","arguments":{"text":"a",${member}},${member}}`
        const body = `{"jsonrpc":"2.0","id":"p",${member},"method":"tools/call","params":${params}}`
        assert.ok((await send(server.url, { headers: session, body })).status < 500)
      }
      const probe = rpc('tools/call', { name: 'probe', arguments: {} }, 'probe')
      assert.match((await send(server.url, { headers: session, body: probe })).text, /own undefined/)
    })

    test('an id that is in use: 400, and the first caller is answered', async () => {
      const headers = await openSession(server.url)
      const wait = send(server.url, {
        headers,
        body: rpc('tools/call', { name: 'wait', arguments: { ms: 500 } }, 5),
      })
      const waiting = server.stderr.split('waiting').length
      await server.until(times('waiting', waiting))
      const second = await send(server.url, { headers, body: rpc('ping', undefined, 5) })
      assert.deepEqual([second.status, second.json?.error?.code, second.json?.id], [400, -32600, 5])
      assert.match((await wait).text, /waited 500/)
    })

    test('a body cut off, and a client that leaves during its call, are no trouble', async () => {
      const before = server.stderr
      const headers = await openSession(server.url)
      const head = (length: number) =>
        `POST /mcp HTTP/1.1\r\n${Object.entries({
          ...headers,
          host: 'localhost',
          'content-length': String(length),
        })
          .map(([name, value]) => `${name}: ${value}`)
          .join('\r\n')}\r\n\r\n`
      const cut = connect(Number(server.url.port), '127.0.0.1')
      cut.write(`${head(1000)}{"jsonrpc"`, () => cut.destroy())
      await once(cut, 'close')
      const body = rpc('tools/call', { name: 'wait', arguments: { ms: 300 } }, 6)
      const left = connect(Number(server.url.port), '127.0.0.1')
      left.write(head(body.length) + body)
      await server.until(times('waiting', before.split('waiting').length))
      left.destroy()
      // In this era leaving is no cancellation: the id stays in use until the call is done.
      const again = () => send(server.url, { headers, body: rpc('ping', undefined, 6) })
      assert.equal((await again()).status, 400)
      while ((await again()).status === 400) await new Promise((resolve) => setTimeout(resolve, 20))
      assert.doesNotMatch(server.stderr.slice(before.length), /aborted|rror/)
    })

    test('a thousand calls at once in one session are all answered', async () => {
      const headers = await openSession(server.url)
      const answers = await Promise.all(
        Array.from({ length: 1000 }, (_, id) =>
          send(server.url, {
            headers,
            body: rpc('tools/call', { name: 'echo', arguments: { text: `t${id}` } }, id),
          }),
        ),
      )
      assert.deepEqual(
        answers.map(({ json }, id) => [json?.id, JSON.stringify(json).includes(`"t${id}"`)]),
        answers.map((_, id) => [id, true]),
      )
    })

    test('a session ends once', async () => {
      const headers = await openSession(server.url)
      const statuses = []
      for (let i = 0; i < 2; i++)
        statuses.push((await send(server.url, { method: 'DELETE', headers })).status)
      statuses.push((await send(server.url, { headers, body: call })).status)
      assert.deepEqual(statuses, [204, 404, 404])
    })

    test('bytes that are no HTTP', async () => {
      assert.match(await sendBytes(server.url, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /)
      assert.match(
        await sendBytes(server.url, 'POST /mcp HTTP/1.0\r\nConnection: close\r\n\r\n'),
        /^HTTP\/1\.1 403 /,
      )
      const long = `GET /mcp HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(24_000)}\r\n\r\n`
      assert.match(await sendBytes(server.url, long), /^HTTP\/1\.1 431 /)
    })
  })
}
