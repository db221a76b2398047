import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FastMCP } from 'fastmcp-cli'
import { fastmcp, root, serveHttp } from '../support/program.ts'
import { send } from '../support/raw-http.ts'

let server: Awaited<ReturnType<typeof serveHttp>>
before(async () => {
  server = await serveHttp(`${root}test/fixtures/http/routes.ts`, ['--health'])
})
after(() => server[Symbol.asyncDispose]())

const get = (path: string) => send(server.url, { method: 'GET', path })

test('a parameter and a wildcard', async () => {
  assert.deepEqual((await get('/users/ann%20b')).json, { user: 'ann b' })
  assert.equal((await get('/files/a/b/c.txt?x=1')).text, 'a/b/c.txt')
  assert.equal((await get('/users/ann/')).status, 200)
  assert.equal((await get('/users/%ZZ')).status, 200)
})

test('a path nobody serves is 404, a method nobody serves 405 with Allow', async () => {
  const missing = await get('/users')
  assert.deepEqual([missing.status, missing.json?.jsonrpc], [404, '2.0'])
  const wrong = await send(server.url, { method: 'DELETE', path: '/upload' })
  assert.deepEqual([wrong.status, wrong.headers.allow, wrong.json?.jsonrpc], [405, 'POST, PUT', '2.0'])
})

test('HEAD is GET without a body, and bodies stream in', async () => {
  const head = await send(server.url, { method: 'HEAD', path: '/users/ann' })
  assert.deepEqual([head.status, head.text], [200, ''])
  const upload = await send(server.url, { path: '/upload', body: Buffer.alloc(5_000_000) })
  assert.equal(upload.text, '5000000 bytes')
})

test('a route that throws is 500 without a word of why, which stderr has', async () => {
  for (const path of ['/broken', '/nothing']) {
    const answer = await get(path)
    assert.equal(answer.status, 500)
    assert.equal(answer.json?.error?.message, 'Internal error')
  }
  await server.until(/GET \/broken failed: Error: a secret/)
})

test('health answers GET before the host is checked', async () => {
  const answer = await send(server.url, { method: 'GET', path: '/health', headers: { host: 'evil.example' } })
  assert.deepEqual([answer.status, answer.json], [200, { status: 'ok' }])
  assert.equal((await send(server.url, { path: '/health' })).status, 405)
})

test('routes are behind the host check', async () => {
  const answer = await send(server.url, {
    method: 'GET',
    path: '/users/ann',
    headers: { host: 'evil.example' },
  })
  assert.equal(answer.status, 403)
})

test('what cannot work is refused when it is registered', () => {
  const mcp = new FastMCP({ name: 'refused' })
  const handler = () => new Response()
  const bad: [string, string[] | undefined, RegExp][] = [
    ['/mcp', undefined, /served by the runner itself/],
    ['/mcp/', undefined, /served by the runner itself/],
    ['/sse', undefined, /served by the runner itself/],
    ['/messages', undefined, /served by the runner itself/],
    ['/.fastmcp/status', undefined, /served by the runner itself/],
    ['users', undefined, /must begin with \//],
    ['/a?b', undefined, /must begin with \//],
    ['/a/*/b', undefined, /\* must be the last part/],
    ['/a', ['FLY'], /the method FLY/],
    ['/a', [], /the method \(none\)/],
  ]
  for (const [path, methods, message] of bad) {
    assert.throws(() => mcp.customRoute(path, methods ? { methods } : {}, handler), {
      name: 'TypeError',
      message,
    })
  }
  mcp.customRoute('/a', handler)
  assert.throws(() => mcp.customRoute('/a', handler), /already registered/)
})

test('a route at the path of MCP is found when it starts', async () => {
  const outcome = await fastmcp([
    'run',
    'test/fixtures/http/routes.ts',
    '-t',
    'http',
    '-p',
    '0',
    '--path',
    '/users/:id',
  ])
  assert.equal(outcome.code, 3, outcome.stderr)
  assert.match(outcome.stderr, /the route \/users\/:id is already used by the runner/)
})
