import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, describe, test } from 'node:test'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { clientV1, clientV2, connectV1, connectV2, pinned, textOf } from '../support/clients.ts'
import { fastmcp, patience, program, root, serveHttp, serveSse, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'

const connected: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(connected.splice(0).map((client) => client.close())))

const weather = `${root}examples/weather-v1.ts`
const echo = `${root}test/fixtures/http/echo-v2.ts`
const shape = `${root}test/fixtures/shapes/main-catch.ts`

/** Three servers of three transports behind one file. */
async function three() {
  const http = await serveHttp(echo)
  const sse = await serveSse(weather)
  const project = new Project({
    'mcp.json': JSON.stringify({
      mcpServers: {
        local: { command: process.execPath, args: [program, 'run', shape] },
        web: { url: http.url.href },
        old: { url: sse.url.href, type: 'sse' },
      },
    }),
  })
  const front = startFastmcp(['run', 'mcp.json', '-t', 'http', '-p', '0'], { cwd: project.folder })
  const [, url = ''] = await front.until(/listening on (\S+)/)
  return {
    http,
    url: new URL(url),
    [Symbol.asyncDispose]: async () => {
      for (const one of [front, http, sse]) await one[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    },
  }
}

describe('an mcp.json as the server', () => {
  test('three servers of three transports are one, for both eras, and calls find their own', async () => {
    await using all = await three()
    const client = await connectV1({ http: all.url })
    const modern = await connectV2({ http: all.url }, clientV2('modern', pinned))
    connected.push(client, modern)
    const names = (await client.listTools()).tools.map(({ name }) => name)
    assert.ok(names.includes('local_echo') && names.some((name) => name.startsWith('web_')), names.join())
    assert.ok(names.includes('old_forecast'), names.join())
    assert.deepEqual(
      (await modern.listTools()).tools.map(({ name }) => name),
      names,
    )
    assert.equal(textOf(await client.callTool({ name: 'local_echo', arguments: { text: 'hi' } })), 'hi')
    assert.match(
      textOf(await client.callTool({ name: 'old_forecast', arguments: { city: 'Oslo' } })),
      /Oslo|\d/,
    )
    const { resources } = await client.listResources()
    const { resourceTemplates } = await client.listResourceTemplates()
    assert.ok(resources.length + resourceTemplates.length > 0)
    await assert.rejects(
      client.callTool({ name: 'nowhere_x', arguments: {} }),
      /names begin with local_, web_, old_/,
    )
  })

  test('one that is down does not take the others down, and comes back by itself, under load', async () => {
    await using all = await three()
    const client = await connectV1({ http: all.url }, clientV1('steady'))
    connected.push(client)
    const before = (await client.listTools()).tools.length
    let calling = true
    const load = (async () => {
      for (let count = 0; calling; count++) {
        const text = `n${count}`
        assert.equal(textOf(await client.callTool({ name: 'local_echo', arguments: { text } })), text)
      }
    })()
    all.http.kill('SIGKILL')
    await all.http.exited
    const without = (await client.listTools()).tools.map(({ name }) => name)
    assert.ok(without.length < before && !without.some((name) => name.startsWith('web_')), without.join())
    const back = new EventTarget()
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      back.dispatchEvent(new Event('changed'))
    })
    const changed = once(back, 'changed', { signal: AbortSignal.timeout(patience) })
    await using _again = await serveHttp(echo, ['-p', all.http.url.port])
    await changed
    assert.equal((await client.listTools()).tools.length, before)
    calling = false
    await load
  })

  test('a command says once that one of them is down, and shows the others', async () => {
    const servers = {
      up: { command: process.execPath, args: [program, 'run', weather] },
      down: { url: 'http://127.0.0.1:1/mcp' },
    }
    using project = new Project({ 'mcp.json': JSON.stringify({ mcpServers: servers }) })
    const { code, stdout, stderr } = await fastmcp(['list', 'mcp.json'], { cwd: project.folder })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /up_forecast/)
    assert.equal(stderr.match(/127\.0\.0\.1:1\/mcp cannot be reached/g)?.length, 1, stderr)
  })

  test('one server of it is served as it is', async () => {
    using project = new Project({
      'mcp.json': JSON.stringify({
        mcpServers: {
          a: { command: 'node' },
          b: { command: process.execPath, args: [program, 'run', shape] },
        },
      }),
    })
    const client = await connectV1({ stdio: ['run', 'mcp.json:b'], cwd: project.folder })
    connected.push(client)
    assert.deepEqual(
      (await client.listTools()).tools.map(({ name }) => name),
      ['echo'],
    )
  })

  const wrong = { '{}': /has no server|mcpServers/, '{"a": {}}': /a has neither a command nor a url/ }
  for (const [servers, says] of Object.entries(wrong)) {
    test(`mcpServers ${servers} is one clear line`, async () => {
      using project = new Project({ 'mcp.json': `{ "mcpServers": ${servers} }` })
      const outcome = await fastmcp(['run', 'mcp.json'], { cwd: project.folder })
      assert.equal(outcome.code, 2)
      assert.match(outcome.stderr, says)
      assert.doesNotMatch(outcome.stderr, /connect:|^\s+at /m)
    })
  }
})
