import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { type AddressInfo, createServer as createSocket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { freePort } from '../support/free-port.ts'
import { fastmcp, root, serveHttp, startFastmcp } from '../support/program.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'

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

test('behind a proxy with a public name, the flag that is missing is named', async () => {
  const ask = async (flags: string[]) => {
    await using server = await serveHttp(fixture, ['--host', '0.0.0.0', ...flags])
    const proxy = createServer((incoming, outgoing) => {
      const headers = { ...incoming.headers, host: 'mcp.example.com' }
      const target = {
        host: '127.0.0.1',
        port: server.url.port,
        path: incoming.url,
        method: incoming.method,
        headers,
      }
      incoming.pipe(
        request(target, (answer) =>
          answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers)),
        ),
      )
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => proxy.once('listening', resolve))
    const url = new URL(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/mcp`)
    const answer = await send(url, { headers: mcpHeaders, body: initialize })
    proxy.close()
    return { answer, stderr: server.stderr }
  }
  const refused = await ask([])
  assert.equal(refused.answer.status, 403)
  assert.match(refused.answer.json?.error?.message ?? '', /add --allowed-hosts mcp\.example\.com/)
  assert.match(refused.stderr, /add --allowed-hosts mcp\.example\.com/)
  assert.equal((await ask(['--allowed-hosts', 'mcp.example.com'])).answer.status, 200)
})

test('localhost is both loopbacks', async () => {
  await using server = await serveHttp(fixture, ['--host', 'localhost'])
  for (const host of ['127.0.0.1', '[::1]']) {
    const url = new URL(`http://${host}:${server.url.port}/mcp`)
    const answer = await send(new URL(url.href.replace('[::1]', '127.0.0.1')), {
      headers: { ...mcpHeaders, host },
      body: initialize,
    })
    assert.equal(answer.status, 200)
  }
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
