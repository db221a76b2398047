import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { fastmcp, root, type Started, serveHttp, serveSse } from '../support/program.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'

const fixture = `${root}test/fixtures/http/routes.ts`

const echo = (id: string | number, name = 'echo') =>
  rpc('tools/call', { name, arguments: { text: 'a private word' } }, id)

const hashOf = (id: string | undefined) => createHash('sha256').update(`${id}`).digest('hex').slice(0, 12)

/** The lines of an access log in JSON. */
const linesOf = ({ stderr }: Started): Record<string, unknown>[] =>
  stderr
    .split('\n')
    .filter((line) => line.includes('"method"'))
    .map((line) => JSON.parse(line))

test('each request gets one line of text, with nothing of its headers or its query', async () => {
  const env = { TOKEN: 'not-for-the-log' }
  await using server = await serveHttp(fixture, ['--access-log', '--token-env', 'TOKEN'], { env })
  const authorization = 'Bearer not-for-the-log'
  const opened = await send(server.url, { headers: { ...mcpHeaders, authorization }, body: initialize })
  const id = String(opened.headers['mcp-session-id'])
  const headers = { ...mcpHeaders, authorization, 'mcp-session-id': id }
  await send(server.url, { headers, path: '/mcp?key=not-for-the-log', body: echo(7) })
  await send(server.url, { body: echo(8), headers: mcpHeaders })
  await send(server.url, { method: 'GET', path: '/users/ann?key=not-for-the-log' })
  await server.until(/users\/ann.*\n/)
  const session = `session ${hashOf(id)}`
  const expected = [
    `POST /mcp initialize 200 N ms ${session} request 1`,
    `POST /mcp tools/call echo 200 N ms ${session} request 7`,
    'POST /mcp 401 N ms',
    'GET /users/ann 200 N ms',
  ]
  const lines = server.stderr.split('\n').filter((line) => / ms/.test(line))
  assert.deepEqual(
    lines.map((line) => line.replace(/[\d.]+ ms/, 'N ms')),
    expected.map((line) => `fastmcp: ${line}`),
  )
  for (const secret of ['not-for-the-log', 'a private word', id]) assert.ok(!server.stderr.includes(secret))
})

test('as JSON each has its parts by name, and says which process it was', async () => {
  await using server = await serveHttp(fixture, ['--access-log', '--log-format', 'json'])
  const headers = await openSession(server.url)
  await send(server.url, { headers, body: echo('mine') })
  await server.until(/"request":"mine".*\n/)
  const { time, ms, message, ...line } = linesOf(server).at(-1) ?? {}
  assert.match(String(time), /^\d{4}-.*Z$/)
  assert.equal(typeof ms, 'number')
  assert.match(String(message), /^POST \/mcp tools\/call echo 200 /)
  assert.deepEqual(line, {
    pid: server.child.pid,
    level: 'info',
    method: 'POST',
    path: '/mcp',
    status: 200,
    session: hashOf(headers['mcp-session-id']),
    rpc: 'tools/call',
    name: 'echo',
    request: 'mine',
  })
})

test('what a client writes cannot leave its line', async () => {
  const hostile = 'a\u001b[2J\r\nfastmcp: forged\u202e'
  for (const format of ['text', 'json']) {
    await using server = await serveHttp(fixture, ['--access-log', '--log-format', format])
    const headers = await openSession(server.url)
    await send(server.url, { headers, body: echo(hostile.repeat(20), hostile) })
    await send(server.url, { headers, body: rpc(hostile) })
    await send(server.url, { method: 'GET', path: '/users/%1B%5B2J%0Aforged' })
    await server.until(/users.*\n/)
    assert.doesNotMatch(server.stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    assert.doesNotMatch(server.stderr, /^(fastmcp: )?forged/m)
    for (const line of server.stderr.split('\n')) assert.ok(line.length < 1500, line)
  }
})

test('with SSE the session is that of the query', async () => {
  await using server = await serveSse(fixture, ['--access-log', '--log-format', 'json'])
  const stream = await fetch(server.url)
  const reader = stream.body?.getReader()
  const first = new TextDecoder().decode((await reader?.read())?.value)
  const [, path = '', id = ''] = /data: (\S+session_id=(\S+))/.exec(first) ?? []
  await send(server.url, { path, headers: mcpHeaders, body: echo(3) })
  await server.until(/tools\/call.*\n/)
  await reader?.cancel()
  await server.until(/"GET".*\n/)
  const [posted, streamed] = linesOf(server)
  assert.deepEqual([posted?.path, posted?.name, posted?.session], ['/messages', 'echo', hashOf(id)])
  assert.deepEqual([streamed?.path, streamed?.aborted], ['/sse', true])
  assert.ok(!server.stderr.includes(id))
})

test('--log-level debug has the lines too, the usual level has not, and on stdio there are none', async () => {
  for (const args of [['--log-level', 'debug'], []]) {
    await using server = await serveHttp(fixture, args)
    await send(server.url, { method: 'GET', path: '/users/ann' })
    await send(server.url, { method: 'GET', path: '/broken' })
    await server.until(/GET \/broken failed/)
    assert.equal(/GET \/users\/ann 200/.test(server.stderr), args.length > 0)
  }
  const onStdio = await fastmcp(['run', fixture, '--access-log'])
  assert.deepEqual([onStdio.code, onStdio.stderr.includes('--access-log has no effect on stdio')], [2, true])
})
