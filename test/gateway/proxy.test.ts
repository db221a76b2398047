import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { runSuite } from '../conformance/suite.ts'
import { clientV1, clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { fastmcp, root, type Started, serveHttp, serveSse, startFastmcp } from '../support/program.ts'
import { rarely } from '../support/whole.ts'

const echo = `${root}test/fixtures/http/echo-v2.ts`

const connected: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(connected.splice(0).map((client) => client.close())))

/** A proxy in front of a URL. */
async function proxy(url: URL, args: readonly string[] = [], env: Record<string, string> = {}) {
  const started = startFastmcp(['run', url.href, '-t', 'http', '-p', '0', ...args], { env })
  const [, own = ''] = await started.until(/listening on (\S+)/)
  return Object.assign(started, { url: new URL(own) })
}

async function toolsAt(url: URL): Promise<string[]> {
  const client = await connectV1({ http: url })
  connected.push(client)
  return (await client.listTools()).tools.map(({ name }) => name)
}

describe('a URL as the server', () => {
  rarely('passes the same list of the official suite as directly', async (t) => {
    await using server = await serveHttp(`${root}test/conformance/fastmcp.ts`)
    await using front = await proxy(server.url)
    const { scored, faults } = await runSuite(front.url, '2025-11-25')
    assert.equal(scored.length, 30)
    const failed = scored.filter((name) => faults.get(name)?.length !== 0)
    t.diagnostic(`${scored.length - failed.length} of ${scored.length} passed`)
    assert.deepEqual(
      failed.flatMap((name) => [name, ...(faults.get(name) ?? ['did not run'])]),
      [],
    )
  })

  test('over SSE behind, and on stdio in front', async () => {
    await using server = await serveSse(echo)
    const client = await connectV1({ stdio: ['run', server.url.href] })
    connected.push(client)
    assert.ok((await client.listTools()).tools.length > 0)
  })

  test('modern clients reach it', async () => {
    await using server = await serveHttp(echo)
    await using front = await proxy(server.url)
    const client = await connectV2({ http: front.url }, clientV2('modern', pinned))
    connected.push(client)
    assert.deepEqual(
      (await client.listTools()).tools.map(({ name }) => name),
      await toolsAt(server.url),
    )
  })

  test('headers and a bearer token are sent along', async () => {
    await using server = await serveHttp(echo, ['--token-env', 'TOKEN'], { env: { TOKEN: 'secret' } })
    await using refused = await proxy(server.url)
    await assert.rejects(
      connectV1({ http: refused.url }),
      /mcp answered 401: it asks for a token; give it by/,
    )
    await using wrong = await proxy(server.url, ['--bearer-env', 'MINE'], { MINE: 'wrong' })
    const unaccepted = /mcp answered 401: the token in MINE \(--bearer-env\) was not accepted/
    await assert.rejects(connectV1({ http: wrong.url }), unaccepted)
    await using admitted = await proxy(server.url, ['--bearer-env', 'MINE'], { MINE: 'secret' })
    assert.ok((await toolsAt(admitted.url)).length > 0)
    await using also = await proxy(server.url, ['--header', 'Authorization: Bearer secret'])
    assert.ok((await toolsAt(also.url)).length > 0)
  })

  test('that is down is an error for the call, and comes back by itself for the same client', async () => {
    const server = await serveHttp(echo)
    const { port } = server.url
    await using front = await proxy(server.url)
    const client = await connectV1({ http: front.url }, clientV1('patient'))
    connected.push(client)
    const before = (await client.listTools()).tools.length
    server.kill('SIGKILL')
    await server.exited
    await assert.rejects(client.listTools(), /cannot be reached/)
    await using _again: Started = await serveHttp(echo, ['-p', port])
    assert.equal((await client.listTools()).tools.length, before)
  })

  for (const transport of ['http', 'sse']) {
    test(`that is restarted ends the call in flight over ${transport}, and answers the next`, async () => {
      const program = `"${process.execPath}" "${root}test/fixtures/gateway/asking.mjs" one`
      const serve = async (port: string) => {
        const started = startFastmcp(['run', '--exec', program, '-t', transport, '-p', port])
        const [, url = ''] = await started.until(/listening on (\S+)/)
        return Object.assign(started, { url: new URL(url) })
      }
      await using server = await serve('0')
      await using front = await proxy(server.url)
      const client = await connectV1({ http: front.url }, clientV1('waiting'))
      connected.push(client)
      const options = { timeout: 15_000 }
      const inFlight = client.callTool({ name: 'sleep', arguments: {} }, undefined, options)
      const ends = assert.rejects(inFlight, /has ended the connection|cannot be reached/)
      // Answered after the other has arrived.
      await client.callTool({ name: 'pid', arguments: {} })
      server.kill('SIGKILL')
      await server.exited
      await using _again = await serve(server.url.port)
      await ends
      const { content } = await client.callTool({ name: 'variable', arguments: { name: 'X' } })
      assert.deepEqual(content, [{ type: 'text', text: 'not set' }])
    })
  }

  test('the token must be there', async () => {
    const outcome = await fastmcp(['run', 'http://127.0.0.1:1/mcp', '--bearer-env', 'NOT_SET'])
    assert.equal(outcome.code, 2)
    assert.match(outcome.stderr, /the variable NOT_SET is not set/)
  })
})
