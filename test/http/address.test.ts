import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { type AddressInfo, createServer as createSocket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { freePort } from '../support/free-port.ts'
import { fastmcp, root, serveHttp, serveSse, startFastmcp } from '../support/program.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const fixture = `${root}test/fixtures/http/routes.ts`
const folder = mkdtempSync(join(tmpdir(), 'fastmcp-address-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('the port that was asked for is the one', async () => {
  const port = await freePort()
  await using server = startFastmcp([
    'run',
    fixture,
    '--transport',
    'streamable-http',
    '--port',
    String(port),
  ])
  await server.until(new RegExp(`^fastmcp: listening on http://127.0.0.1:${port}/mcp\n$`))
  const client = await connectV1({ http: new URL(`http://127.0.0.1:${port}/mcp`) })
  assert.ok((await client.listTools()).tools.length > 0)
  await client.close()
})

test('a busy port fails before user code runs, in one line', async () => {
  const busy = createSocket().listen(0, '127.0.0.1')
  await new Promise((resolve) => busy.once('listening', resolve))
  const { port } = busy.address() as AddressInfo
  const marker = join(folder, 'marker')
  const outcome = await fastmcp(['run', fixture, '-t', 'http', '-p', String(port)], {
    env: { MARKER: marker },
  })
  busy.close()
  assert.equal(outcome.code, 4)
  assert.equal(
    outcome.stderr,
    `fastmcp: cannot listen on 127.0.0.1:${port}: the port is in use. Try -p ${port + 1}, or -p 0 for any free port.\n`,
  )
  assert.throws(() => readFileSync(marker), /ENOENT/)
})

test('an address that is not ours, and a name nobody knows', async () => {
  for (const host of ['192.0.2.1', 'no.such.host.invalid']) {
    const outcome = await fastmcp(['run', fixture, '-t', 'http', '--host', host])
    assert.equal(outcome.code, 4, outcome.stderr)
    assert.match(outcome.stderr, /^fastmcp: cannot listen on .*\n$/)
  }
})

test('on 0.0.0.0 the address of the machine works, and a warning says so', async () => {
  await using server = await serveHttp(fixture, ['--host', '0.0.0.0'])
  await server.until(/reachable from the network without authentication/)
  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)
  const host = address?.address ?? '127.0.0.1'
  const client = await connectV1({ http: new URL(`http://${host}:${server.url.port}/mcp`) })
  assert.ok((await client.listTools()).tools.length > 0)
  await client.close()
})

/** A reverse proxy in front of a server, as a public name reaches it. */
async function proxyTo(port: string) {
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, host: 'mcp.example.com', 'x-forwarded-proto': 'https' }
    const target = { host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers }
    const forwarded = request(target, (answer) =>
      answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers)),
    )
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = new URL(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  const close = async () => {
    proxy.closeAllConnections()
    await new Promise((resolve) => proxy.close(resolve))
  }
  return { url, [Symbol.asyncDispose]: close }
}

describe('behind a proxy with a public name', () => {
  test('the flag that is missing is named, to the client and in the log', async () => {
    await using server = await serveHttp(fixture, ['--host', '0.0.0.0'])
    await using proxy = await proxyTo(server.url.port)
    const refused = await send(proxy.url, { path: '/mcp', headers: mcpHeaders, body: initialize })
    assert.equal(refused.status, 403)
    assert.match(refused.json?.error?.message ?? '', /add --allowed-hosts mcp\.example\.com/)
    await server.until(/add --allowed-hosts mcp\.example\.com/)
  })

  test('with the flag, clients of both SDKs and of both eras are served', async () => {
    await using server = await serveHttp(fixture, ['--allowed-hosts', 'mcp.example.com'])
    await using proxy = await proxyTo(server.url.port)
    const target = { http: new URL('/mcp', proxy.url) }
    const clients = [
      await connectV1(target),
      await connectV2(target),
      await connectV2(target, clientV2('pinned', pinned)),
    ]
    for (const client of clients) {
      assert.ok((await client.listTools()).tools.length > 0)
      const result = await client.callTool({ name: 'wait', arguments: { ms: 1 } })
      assert.notEqual(result.isError, true)
      await client.close()
    }
  })

  test('with the flag, SSE is served too', async () => {
    await using server = await serveSse(fixture, ['--allowed-hosts', 'mcp.example.com'])
    await using proxy = await proxyTo(server.url.port)
    const client = await connectV1({ sse: new URL('/sse', proxy.url) })
    assert.ok((await client.listTools()).tools.length > 0)
    await client.close()
  })
})

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === '::1'))

describe('IPv6', { skip: !hasIpv6 && 'this machine has no ::1' }, () => {
  for (const host of chosen(['::1', '[::1]', '::', 'localhost'], 3)) {
    test(`--host ${host}`, async () => {
      await using server = await serveHttp(fixture, ['--host', host])
      assert.equal(server.url.hostname, host === 'localhost' ? 'localhost' : '[::1]')
      const client = await connectV1({ http: new URL(`http://[::1]:${server.url.port}/mcp`) })
      assert.ok((await client.listTools()).tools.length > 0)
      await client.close()
    })
  }
})

test('localhost is the IPv4 loopback too', async () => {
  await using server = await serveHttp(fixture, ['--host', 'localhost'])
  const client = await connectV1({ http: new URL(`http://127.0.0.1:${server.url.port}/mcp`) })
  assert.ok((await client.listTools()).tools.length > 0)
  await client.close()
})

test('on an address of this machine, its other names are refused', async () => {
  await using server = await serveHttp(fixture)
  for (const host of ['localhost.evil.example', '192.0.2.1', 'localhost:1@evil.example']) {
    const answer = await send(server.url, { headers: { ...mcpHeaders, host }, body: initialize })
    assert.equal(answer.status, 403, host)
  }
  for (const host of ['localhost', 'LOCALHOST:1', '[::1]:8000']) {
    const answer = await send(server.url, { headers: { ...mcpHeaders, host }, body: initialize })
    assert.equal(answer.status, 200, host)
  }
})

test('--port 0: the real port is said, and the port is ours alone', async () => {
  await using first = await serveHttp(fixture)
  await using second = await serveHttp(fixture)
  assert.notEqual(first.url.port, '0')
  assert.notEqual(first.url.port, second.url.port)
  assert.equal((await send(second.url, { headers: mcpHeaders, body: initialize })).status, 200)
})

test('requests that come while user code loads are answered when it has', async () => {
  const port = await freePort()
  const options = { env: { LOAD_DELAY: '1200' } }
  await using server = startFastmcp(['run', fixture, '-t', 'http', '-p', String(port), '--health'], options)
  const url = new URL(`http://127.0.0.1:${port}/mcp`)
  let health: number | undefined
  while (health === undefined) {
    health = await send(url, { method: 'GET', path: '/health' }).then(
      (answer) => answer.status,
      () => undefined,
    )
  }
  assert.equal(health, 503)
  const answer = await send(url, { headers: mcpHeaders, body: initialize })
  assert.equal(answer.status, 200)
  assert.equal((await send(url, { method: 'GET', path: '/health' })).status, 200)
  assert.match(server.stderr, /listening on/)
})

test('when user code does not load, the port is closed and the exit code says why', async () => {
  const outcome = await fastmcp(['run', fixture, '-t', 'http', '-p', '0'], { env: { LOAD_FAILS: '1' } })
  assert.equal(outcome.code, 3)
  assert.match(outcome.stderr, /threw while loading: no luck today\n {2}at .*routes\.ts:\d+/)
})

test('pages of allowed origins may read answers and refusals, others nothing', async () => {
  await using server = await serveHttp(fixture, ['--allowed-origins', 'https://app.example'])
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type, mcp-param-x',
  }
  const allowed = await send(server.url, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', ...preflight },
  })
  assert.equal(allowed.status, 204)
  assert.equal(allowed.headers['access-control-allow-origin'], 'https://app.example')
  assert.equal(allowed.headers['access-control-allow-headers'], 'content-type, mcp-param-x')
  const refused = await send(server.url, {
    headers: { ...mcpHeaders, origin: 'https://app.example' },
    body: rpc('ping'),
  })
  assert.equal(refused.status, 400)
  assert.match(String(refused.headers['access-control-expose-headers']), /Mcp-Session-Id/)
  const foreign = await send(server.url, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', ...preflight },
  })
  assert.equal(foreign.headers['access-control-allow-origin'], undefined)
})

test('equal ids in one session: the second is refused while the first is answered', async () => {
  await using server = await serveHttp(fixture)
  const headers = await openSession(server.url)
  const body = rpc('tools/call', { name: 'wait', arguments: { ms: 300 } }, 5)
  const answers = await Promise.all([
    send(server.url, { headers, body }),
    send(server.url, { headers, body }),
  ])
  assert.deepEqual(answers.map((one) => one.status).sort(), [200, 400])
})
