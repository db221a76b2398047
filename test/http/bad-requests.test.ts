import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { times } from '../support/program.ts'
import { initialize, openSession, rpc, send, sendBytes } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'
import { call, post, rows } from './bad-rows.ts'
import { type Road, roads } from './roads.ts'

for (const road of chosen(roads, 2)) {
  describe(`bad requests to ${road.name}`, () => {
    let server: Awaited<ReturnType<Road['start']>>
    let session: Record<string, string>
    before(async () => {
      server = await road.start()
      session = await openSession(server.url)
    })
    after(() => server?.[Symbol.asyncDispose]())

    /** What only sessions can be asked for. */
    const withSessions = (name: string, check: () => Promise<void>) => road.sessions && test(name, check)

    for (const row of rows.filter(({ own }) => road.own || !own)) {
      const { name, sent, code, session: inSession } = row
      const other = road.json ? row.json : road.sessions ? undefined : row.stateless
      const status = other ?? row.status
      test(`${name}: ${status}`, async () => {
        const headers = inSession
          ? { ...session, ...sent.headers, 'mcp-session-id': session['mcp-session-id'] ?? '' }
          : sent.headers
        const answer = await send(server.url, { ...sent, ...(headers && { headers }) })
        assert.equal(answer.status, status, answer.text)
        if (code !== undefined && other === undefined) assert.equal(answer.json?.error?.code, code)
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
        post({ origin: 'http://localhost:5173', 'content-type': 'text/plain' }, call),
      )
      assert.equal(refused.status, 415)
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
        if (road.sdk === 'v1') assert.match(JSON.stringify(json?.result), /"isError":true/)
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

    withSessions('an id that is in use: 400, and the first caller is answered', async () => {
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

    withSessions('a body cut off, and a client that leaves during its call, are no trouble', async () => {
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
      // One that takes its time is answered on a stream.
      const right = answers.map(({ text }, id) => text.includes(`"id":${id}`) && text.includes(`"t${id}"`))
      assert.equal(right.indexOf(false), -1)
    })

    withSessions('a session ends once', async () => {
      const headers = await openSession(server.url)
      const statuses = []
      for (let i = 0; i < 2; i++)
        statuses.push((await send(server.url, { method: 'DELETE', headers })).status)
      statuses.push((await send(server.url, { headers, body: call })).status)
      assert.deepEqual(statuses, [204, 404, 404])
    })

    test('bytes that are no HTTP', async () => {
      assert.match(await sendBytes(server.url, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /)
      // A host that takes it has a name of its own to put there.
      assert.match(
        await sendBytes(server.url, 'POST /mcp HTTP/1.0\r\nConnection: close\r\n\r\n'),
        road.own ? /^HTTP\/1\.1 403 / : /^HTTP\/1\.1 4/,
      )
      const long = `GET /mcp HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(24_000)}\r\n\r\n`
      assert.match(await sendBytes(server.url, long), /^HTTP\/1\.1 431 /)
    })
  })
}
