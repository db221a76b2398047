import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { fastmcp, listening, root, serveHttp, start, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { rarely } from '../support/whole.ts'

const fixture = `${root}test/fixtures/http/routes.ts`

const get = (url: URL, path: string) => send(url, { method: 'GET', path })
const echo = rpc('tools/call', { name: 'echo', arguments: { text: 'still here' } })
const waiting = (ms: number) => rpc('tools/call', { name: 'wait', arguments: { ms } }, 9)

describe('--drain-delay', () => {
  test('goes on serving, tells balancers, closes connections, and then stops', async () => {
    await using server = await serveHttp(fixture, ['--drain-delay', '2', '--health'])
    const headers = await openSession(server.url)
    const before = await send(server.url, { headers, body: echo })
    assert.equal(before.headers.connection, 'keep-alive')
    const since = Date.now()
    server.kill('SIGTERM')
    await server.until(/stopping in 2 s .*a second signal/)
    for (const path of ['/readyz', '/health']) {
      const { status, json } = await get(server.url, path)
      assert.deepEqual([status, json], [503, { status: 'stopping' }])
    }
    assert.equal((await get(server.url, '/livez')).status, 200)
    const call = await send(server.url, { headers, body: echo })
    assert.deepEqual([call.status, call.headers.connection], [200, 'close'])
    assert.match(call.text, /still here/)
    const fresh = await send(server.url, { headers: mcpHeaders, body: rpc('server/discover') })
    assert.notEqual(fresh.status, 503)
    const route = await get(server.url, '/users/ann')
    assert.deepEqual([route.json, route.headers.connection], [{ user: 'ann' }, 'close'])
    assert.deepEqual(await server.exited, { code: 0, signal: null })
    const took = Date.now() - since
    assert.ok(took >= 1_900, `${took} ms`)
  })

  test('a call that begins within it is answered after it, and new ones are refused then', async () => {
    await using server = await serveHttp(fixture, ['--drain-delay', '1'])
    const headers = await openSession(server.url)
    server.kill('SIGTERM')
    await server.until(/stopping in 1 s/)
    const call = send(server.url, { headers, body: waiting(2500) })
    await server.until(/waiting/)
    let refused = await send(server.url, { headers, body: rpc('tools/list', {}, 2) })
    while (refused.status === 200)
      refused = await send(server.url, { headers, body: rpc('tools/list', {}, 2) })
    assert.deepEqual([refused.status, refused.headers.connection], [503, 'close'])
    assert.match((await call).text, /waited 2500/)
    assert.deepEqual(await server.exited, { code: 0, signal: null })
  })

  test('a second signal ends it at once', async () => {
    await using server = await serveHttp(fixture, ['--drain-delay', '600'])
    server.kill('SIGTERM')
    await server.until(/stopping in 600 s/)
    server.kill('SIGINT')
    assert.deepEqual(await server.exited, { code: 130, signal: null })
  })

  test('a crash is not put off', async () => {
    using project = new Project({
      'server.mjs': `
        import { FastMCP } from 'fastmcp-cli'
        export const mcp = new FastMCP({ name: 'crash', version: '1.0.0' })
        mcp.customRoute('/crash', () => {
          setTimeout(() => { throw new Error('too bad') })
          return new Response('soon')
        })`,
    })
    await using server = await serveHttp(project.path('server.mjs'), ['--drain-delay', '600'])
    await get(server.url, '/crash')
    assert.equal((await server.exited).code, 1)
  })

  test('means nothing on stdio, and says so', async () => {
    const { code, stderr } = await fastmcp(['run', fixture, '--drain-delay', '1'])
    assert.deepEqual([code, stderr.includes('--drain-delay has no effect on stdio')], [2, true])
  })

  const said: Record<string, [options: string, args: string[], env: Record<string, string>]> = {
    'a variable': ['{}', [], { FASTMCP_DRAIN_DELAY: '600' }],
    'fastmcp.json': ['{ "source": "server.mjs", "drainDelay": 600 }', [], {}],
  }
  for (const [name, [json, args, env]] of Object.entries(said)) {
    test(`is said by ${name} too`, async () => {
      using project = new Project({
        'fastmcp.json': json,
        'server.mjs': `
          import { FastMCP } from 'fastmcp-cli'
          export const mcp = new FastMCP({ name: 'said', version: '1.0.0' })`,
      })
      const spec = json === '{}' ? project.path('server.mjs') : project.folder
      await using server = await serveHttp(spec, args, { env })
      server.kill('SIGTERM')
      await server.until(/stopping in 600 s/)
    })
  }

  test('is said in code too, where close() takes as long', async () => {
    using project = new Project({
      'server.mjs': `
        import { FastMCP } from 'fastmcp-cli'
        const mcp = new FastMCP({ name: 'said', version: '1.0.0' })
        const { url, close } = await mcp.runAsync({ transport: 'http', port: 0, drainDelay: 1 })
        console.error('listening on ' + url)
        const closed = close()
        console.error('readyz ' + (await fetch(new URL('/readyz', url))).status)
        await closed
        console.error('closed')`,
    })
    const since = Date.now()
    await using server = await listening(start(process.execPath, [project.path('server.mjs')]))
    await server.until(/readyz 503[\s\S]*closed/)
    assert.ok(Date.now() - since >= 1_000)
  })
})

describe('--drain-limit', () => {
  test('calls that take longer get an error', async () => {
    await using server = await serveHttp(fixture, ['--drain-limit', '1'])
    const headers = await openSession(server.url)
    const call = send(server.url, { headers, body: waiting(60_000) })
    await server.until(/waiting/)
    server.kill('SIGTERM')
    assert.match((await call).text, /The server is shutting down/)
    assert.deepEqual(await server.exited, { code: 143, signal: null })
  })

  rarely('may be longer than the usual one', async () => {
    await using server = await serveHttp(fixture, ['--drain-limit', '30'])
    const client = await connectV1({ http: server.url })
    const call = client.callTool({ name: 'wait', arguments: { ms: 11_000 } })
    await server.until(/waiting/)
    server.kill('SIGTERM')
    assert.deepEqual((await call).content, [{ type: 'text', text: 'waited 11000' }])
    assert.deepEqual(await server.exited, { code: 0, signal: null })
    await client.close()
  })

  test('holds on stdio too', async () => {
    await using server = startFastmcp(['run', fixture, '--drain-limit', '0'])
    server.child.stdin?.write(`${hello}${waiting(60_000)}\n`)
    await server.until(/waiting/)
    server.kill('SIGTERM')
    assert.deepEqual(await server.exited, { code: 143, signal: null })
    assert.match(server.stdout, /The server is shutting down/)
  })
})
