import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { root, serveHttp, serveSse } from '../support/program.ts'
import { mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const fixture = `${root}test/fixtures/http/routes.ts`
const waiting = { name: 'wait', arguments: { ms: 500 } }

/** Resident memory of a process in MiB. */
function memoryOf(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

function openStream(
  url: URL,
  headers: Record<string, string>,
): Promise<{ status: number; ended: Promise<void> }> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.resume()
      const ended = new Promise<void>((end) => response.once('close', () => end()))
      resolve({ status: response.statusCode ?? 0, ended })
    }).on('error', reject)
  })
}

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/logLevel': 'debug',
}
const modernHeaders = {
  ...mcpHeaders,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'flood',
}

for (const era of chosen(['legacy', 'modern'], 2)) {
  test(`a client that never reads is dropped, and costs little memory: ${era}`, {
    skip: process.platform !== 'linux',
  }, async () => {
    await using server = await serveHttp(fixture)
    const call = (megabytes: number, id = 1) => {
      const params = { name: 'flood', arguments: { megabytes }, ...(era === 'modern' && { _meta: envelope }) }
      return rpc('tools/call', params, id)
    }
    const headers = era === 'modern' ? modernHeaders : await openSession(server.url)
    // What is loaded with the first call is not the client's doing.
    await send(server.url, { headers, body: call(0) })
    const before = memoryOf(server.child.pid)
    const socket = connect(Number(server.url.port), '127.0.0.1')
    const body = call(150)
    const head = Object.entries({ ...headers, host: 'localhost', 'content-length': String(body.length) })
    socket.on('error', () => undefined)
    socket.pause()
    socket.write(
      `POST /mcp HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`,
    )
    await server.until(/dropped a stream.*: it (left more than 4 MiB unread|stopped reading)/)
    const grown = memoryOf(server.child.pid) - before
    assert.ok(grown < 64, `${grown} MiB more`)
    socket.destroy()
    assert.equal((await send(server.url, { headers, body: call(0, 2) })).status, 200)
  })
}

test('one message larger than what may stay unread arrives whole', async () => {
  const names = { http: serveHttp, sse: serveSse }
  for (const [name, serve] of Object.entries(names)) {
    await using server = await serve(fixture)
    const client = await connectV1(name === 'sse' ? { sse: server.url } : { http: server.url })
    const { content } = await client.callTool({ name: 'big', arguments: { megabytes: 10 } })
    assert.equal((content as { text: string }[])[0]?.text.length, 10 * 1024 * 1024)
    await client.close()
    if (name === 'sse') continue
    const modern = await connectV2({ http: server.url }, clientV2('reader', pinned))
    const params = { name: 'big', arguments: { megabytes: 10 }, _meta: envelope }
    const answer = await modern.callTool(params as Parameters<typeof modern.callTool>[0])
    assert.equal((answer.content as { text: string }[])[0]?.text.length, 10 * 1024 * 1024)
    await modern.close()
  }
})

test('the newest GET stream of a session wins', async () => {
  await using server = await serveHttp(fixture)
  const headers = { ...(await openSession(server.url)), accept: 'text/event-stream' }
  const first = await openStream(server.url, headers)
  const second = await openStream(server.url, headers)
  assert.deepEqual([first.status, second.status], [200, 200])
  await first.ended
})

test('a call in flight is answered after SIGTERM, over every HTTP transport', async () => {
  for (const serve of [serveHttp, serveSse]) {
    await using server = await serve(fixture)
    const client = await connectV1(serve === serveSse ? { sse: server.url } : { http: server.url })
    const calling = client.callTool(waiting)
    await new Promise((resolve) => setTimeout(resolve, 100))
    server.kill('SIGTERM')
    const result = await calling
    assert.deepEqual(result.content, [{ type: 'text', text: 'waited 500' }])
    assert.deepEqual(await server.exited, { code: 0, signal: null })
    await client.close()
  }
})

test('open streams end, and the process with them', async () => {
  await using server = await serveHttp(fixture)
  const headers = { ...(await openSession(server.url)), accept: 'text/event-stream' }
  const stream = await openStream(server.url, headers)
  const modern = await connectV2({ http: server.url }, clientV2('listener', pinned))
  const started = performance.now()
  server.kill('SIGTERM')
  await stream.ended
  assert.deepEqual(await server.exited, { code: 0, signal: null })
  assert.ok(performance.now() - started < 5_000)
  await modern.close().catch(() => undefined)
})

test('during the drain a new request is refused, and a second signal ends it at once', async () => {
  await using server = await serveHttp(fixture)
  const headers = await openSession(server.url)
  const long = rpc('tools/call', { name: 'wait', arguments: { ms: 8_000 } }, 1)
  const calling = send(server.url, { headers, body: long }).catch((error: Error) => error)
  await new Promise((resolve) => setTimeout(resolve, 200))
  server.kill('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 200))
  const late = await send(server.url, { headers: mcpHeaders, body: rpc('ping') }).then(
    (answer) => answer.status,
    () => 'refused',
  )
  assert.ok(late === 503 || late === 'refused', String(late))
  server.kill('SIGINT')
  assert.equal((await server.exited).code, 130)
  assert.ok((await calling) instanceof Error)
})

test('a call longer than the drain is answered with an error, and the exit code says it was cut short', async () => {
  await using server = await serveHttp(fixture)
  const headers = await openSession(server.url)
  const calling = send(server.url, {
    headers,
    body: rpc('tools/call', { name: 'wait', arguments: { ms: 60_000 } }, 1),
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  server.kill('SIGTERM')
  const answer = await calling
  assert.match(answer.text, /-32603.*shutting down/)
  assert.equal((await server.exited).code, 143)
})

test('SSE: the stream names the path for messages, and the session ends with the stream', async () => {
  await using server = await serveSse(fixture, ['--message-path', '/post/'])
  await server.until(/SSE is deprecated; use -t http unless a client speaks only SSE/)
  assert.equal(server.stderr.match(/deprecated/g)?.length, 1)
  const controller = new AbortController()
  const stream = await fetch(server.url, { signal: controller.signal })
  const [first] = [await stream.body?.getReader().read()]
  const path = /^event: endpoint\ndata: (\S+)\n\n/.exec(new TextDecoder().decode(first?.value))?.[1] ?? ''
  assert.match(path, /^\/post\/\?session_id=[0-9a-f-]{36}$/)
  const post = (to: string) => send(server.url, { headers: mcpHeaders, path: to, body: rpc('ping') })
  assert.equal((await post(path)).status, 202)
  assert.equal((await post(path.replace('/post/?', '/post?'))).status, 202)
  assert.equal((await post('/post/?session_id=__proto__')).status, 404)
  assert.equal((await post('/post/')).status, 400)
  controller.abort()
  while ((await post(path)).status !== 404) await new Promise((resolve) => setTimeout(resolve, 20))
})
