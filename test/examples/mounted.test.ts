import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import express from 'express'
import { connect, FastMCP } from 'fastmcp-cli'
import { root, type Started, start } from '../support/program.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { checkTwo, connections, examples } from './examples.ts'

const weather = examples.find((example) => example.file === 'weather.ts')
const overHttp = connections.filter((connection) => connection.transport === 'streamable-http')

for (const host of ['hono', 'express', 'node-http']) {
  describe(`examples/mounted/${host}.ts`, () => {
    let program: Started
    let origin: string
    before(async () => {
      const file = `${root}examples/mounted/${host}.ts`
      program = start(process.execPath, ['--import', 'tsx', file], { env: { PORT: '0' } })
      ;[, origin = ''] = await program.until(/listening on (http:\/\/[^/]+)/, 'stdout')
    })
    after(() => program[Symbol.asyncDispose]())

    for (const path of ['/mcp', '/api/mcp']) {
      for (const { client, era, connect: join } of overHttp) {
        test(`serves two clients at once at ${path}: ${client}`, () => {
          assert.ok(weather)
          return checkTwo(weather, era, join, { http: new URL(path, origin) })
        })
      }

      test(`ends a session at ${path} when its client says so, and knows no other`, async () => {
        const url = new URL(path, origin)
        const headers = await openSession(url)
        assert.equal((await send(url, { headers, body: rpc('tools/list') })).status, 200)
        assert.equal((await send(url, { method: 'DELETE', headers })).status, 204)
        assert.equal((await send(url, { headers, body: rpc('tools/list') })).status, 404)
      })

      test(`refuses what is no message at ${path}, without HTML or stack`, async () => {
        const url = new URL(path, origin)
        const rows: [number, Parameters<typeof send>[1]][] = [
          [400, { headers: mcpHeaders, body: '{' }],
          [403, { headers: { ...mcpHeaders, origin: 'https://evil.example' }, body: initialize }],
          [404, { headers: { ...mcpHeaders, 'mcp-session-id': '__proto__' }, body: rpc('tools/list') }],
          [400, { method: 'GET', headers: { accept: 'text/event-stream' } }],
          [405, { method: 'PUT', headers: mcpHeaders, body: '{}' }],
          [406, { headers: { ...mcpHeaders, accept: 'text/html' }, body: initialize }],
          [415, { headers: { ...mcpHeaders, 'content-type': 'text/plain' }, body: initialize }],
        ]
        for (const [status, sent] of rows) {
          const answer = await send(url, sent)
          assert.equal(answer.status, status, JSON.stringify(sent))
          assert.doesNotMatch(answer.text, /<html|node_modules|\bat /)
        }
      })
    }

    test('leaves the rest of the site alone, and has its routes under the base path', async () => {
      const text = async (path: string) => (await fetch(new URL(path, origin))).text()
      assert.equal(await text('/'), 'the site')
      assert.match(await text('/api/cities/Oslo'), /Norway/)
    })
  })
}

function own(): FastMCP {
  const mcp = new FastMCP({ name: 'own' })
  mcp.tool({ name: 'hello' }, () => 'hello')
  return mcp
}

const post = (body: string, headers: Record<string, string> = {}) =>
  new Request('http://host.example/mcp', { method: 'POST', headers: { ...mcpHeaders, ...headers }, body })

test('a stateless mount opens no session, and answers any request by itself', async () => {
  const mount = own().mount({ stateless: true })
  const opened = await mount.fetch(post(initialize))
  assert.deepEqual([opened.status, opened.headers.get('mcp-session-id')], [200, null])
  assert.match(await (await mount.fetch(post(rpc('tools/list')))).text(), /"hello"/)
  await mount.close()
})

test('a mount holds no more sessions than it was told, and none after it has been closed', async () => {
  const mount = own().mount({ maxSessions: 1 })
  const open = async () => {
    const response = await mount.fetch(post(initialize))
    await response.text()
    return { 'mcp-session-id': String(response.headers.get('mcp-session-id')) }
  }
  const status = async (headers: Record<string, string>) =>
    (await mount.fetch(post(rpc('ping', {}), headers))).status
  const [first, second] = [await open(), await open()]
  assert.deepEqual([await status(first), await status(second)], [404, 200])
  await mount.close()
  assert.equal(await status(second), 404)
})

test('a mount ends idle sessions, but none with a stream open', async () => {
  const mount = own().mount({ sessionTimeout: 0.05 })
  const open = async () => {
    const response = await mount.fetch(post(initialize))
    await response.text()
    return { 'mcp-session-id': String(response.headers.get('mcp-session-id')) }
  }
  const [idle, listening] = [await open(), await open()]
  const get = { method: 'GET', headers: { ...listening, accept: 'text/event-stream' } }
  const stream = await mount.fetch(new Request('http://host.example/mcp', get))
  let id = 0
  const status = async (headers: Record<string, string>) => {
    const response = await mount.fetch(post(rpc('ping', {}, `ping ${id++}`), headers))
    await response.text()
    return response.status
  }
  while ((await status(idle)) !== 404) await new Promise((resolve) => setTimeout(resolve, 120))
  assert.equal(await status(listening), 200)
  await stream.body?.cancel()
  await mount.close()
})

test('Express may have read the body before', async () => {
  const app = express().use(express.json()).use('/deep/mcp', own().listener)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  try {
    for (const era of ['legacy', 'modern'] as const) {
      await using client = await connect(`http://127.0.0.1:${port}/deep/mcp`, { era })
      const result = await client.callTool({ name: 'hello', arguments: {} })
      assert.deepEqual(result.content, [{ type: 'text', text: 'hello' }])
    }
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('a request that opens no session leaves none behind', async () => {
  const mount = own().mount({ maxSessions: 1 })
  for (let count = 0; count < 3; count++) {
    const answer = await mount.fetch(post(initialize, { accept: 'text/html' }))
    assert.equal(answer.status, 406)
  }
  assert.equal((await mount.fetch(post(initialize))).status, 200)
  await mount.close()
})

test('pages of named origins may call', async () => {
  const mount = own().mount({ allowedOrigins: ['https://app.example'] })
  assert.equal((await mount.fetch(post(initialize, { origin: 'https://app.example' }))).status, 200)
  assert.equal((await mount.fetch(post(initialize, { origin: 'https://other.example' }))).status, 403)
  await mount.close()
})

test('changes reach sessions and subscriptions of a mounted server', async () => {
  const mcp = own()
  const handle = mcp.mount()
  for (const era of ['legacy', 'modern'] as const) {
    let changed: (value: unknown) => void = () => undefined
    const heard = new Promise((resolve) => {
      changed = resolve
    })
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
    const fetchMount = (input: string | URL, init?: RequestInit) => handle.fetch(new Request(input, init))
    const transport = new StreamableHTTPClientTransport(new URL('http://host.example/mcp'), {
      fetch: fetchMount,
    })
    await using client = await connect(transport, {
      era,
      client: { listChanged: { tools: { autoRefresh: false, onChanged: () => changed(undefined) } } },
    })
    assert.equal((await client.listTools()).tools.length >= 1, true)
    mcp.tool({ name: `added-${era}` }, () => 'x')
    await heard
  }
  await handle.close()
})
