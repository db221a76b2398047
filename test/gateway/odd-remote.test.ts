import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { clientV1, connectV1, textOf } from '../support/clients.ts'
import { type oddActs, oddRemote } from '../support/odd-remote.ts'
import { peakMemory, settled } from '../support/processes.ts'
import { fastmcp, patience, root, type Started, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { chosen, whole } from '../support/whole.ts'

const connected: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(connected.splice(0).map((client) => client.close())))

async function front(url: string) {
  const started = startFastmcp(['run', url, '-t', 'http', '-p', '0'])
  const [, own = ''] = await started.until(/listening on (\S+)/)
  return Object.assign(started, { url: new URL(own) })
}

const dropped = /The message was dropped: it is longer than 16 MiB$/

/** What is said of each: one line that names the reason, and never a page of anything. */
const says: Record<
  Exclude<keyof typeof oddActs, 'hugeLog' | 'hugeQuestion' | 'lookup' | 'twenty'>,
  RegExp
> = {
  html: / answered with text\/html, which is not MCP/,
  htmlError: / responded with status 502$/,
  unauthorized: / answered 401: it asks for a login, but what it says of its logins cannot be read$/,
  forbidden: / responded with status 403$/,
  invalidJson: / sent invalid JSON$/,
  notRpc: / sent something that is not an MCP message$/,
  resultNoObject: / sent something that is not an MCP message$/,
  emptyStream: /ended the stream of this request without an answer$/,
  invalidEvent: /ended the stream of this request without an answer$/,
  cutStream: /ended the stream of this request without an answer$/,
  cutBody: /cannot be reached: the connection was closed$/,
  cut: /cannot be reached: the connection was closed$/,
  reset: /cannot be reached: the connection was closed$/,
  empty: / answered with nothing, which is not MCP/,
  hugeJson: dropped,
  hugeAnnounced: dropped,
  hugePacked: dropped,
  hugeFault: / responded with status 500$/,
  hugeEvent: dropped,
  hugeEventIdLast: dropped,
  hugeEventOfNobody: dropped,
  redirectLoop: / redirected to http/,
}
const acts = Object.entries(says) as [keyof typeof says, RegExp][]

describe('a remote server that does not answer a call as it should', () => {
  let remote: Awaited<ReturnType<typeof oddRemote>>
  let served: Awaited<ReturnType<typeof front>>
  let client: Client
  before(async () => {
    remote = await oddRemote()
    served = await front(`${remote.origin}/mcp`)
    client = await connectV1({ http: served.url }, clientV1('caller'))
  })
  after(async () => {
    await client.close()
    await served[Symbol.asyncDispose]()
    await remote[Symbol.asyncDispose]()
  })
  const call = (name: string) => client.callTool({ name, arguments: {} }, undefined, { timeout: 10_000 })

  for (const [name, words] of chosen(acts, 4)) {
    test(`${name}: the call fails with the reason, is made once, and the next is answered`, async () => {
      remote.calls.length = 0
      await assert.rejects(call(name), words)
      assert.equal(textOf(await call('other')), '{}')
      // What follows a redirect asks again, of another place.
      const calls = name === 'redirectLoop' ? [...new Set(remote.calls)] : remote.calls
      assert.deepEqual(calls, [name, 'other'])
    })
  }
})

describe('a remote server whose messages are too large', { skip: process.platform !== 'linux' }, () => {
  for (const transport of ['http', 'stdio']) {
    test(`costs its caller nothing but the call, and others nothing: ${transport}`, async () => {
      await using remote = await oddRemote()
      remote.megabytes = whole && transport === 'http' ? 300 : 30
      const env = { NODE_OPTIONS: '--max-old-space-size=128' }
      const args = ['run', `${remote.origin}/mcp`, '-t', transport]
      await using served = startFastmcp(transport === 'http' ? [...args, '-p', '0'] : args, { env })
      const call = transport === 'http' ? await caller(served) : oneByOne(served)
      await call('other')
      const before = peakMemory(served.child.pid ?? 0)
      for (const [name, words] of Object.entries(says)) {
        if (!name.startsWith('huge')) continue
        assert.match(await call(name), words, name)
        assert.equal(await call('other'), '{}')
      }
      assert.equal(await call('hugeLog'), 'after the log')
      assert.equal(await call('hugeQuestion'), 'told: The message was dropped: it is longer than 16 MiB')
      const peak = peakMemory(served.child.pid ?? 0) - before
      assert.ok(peak < 200, `${peak} MiB`)
      await served.until(/notifications\/message was dropped: it is longer than 16 MiB/)
      assert.equal(served.child.exitCode, null)
    })
  }

  test('as large as is said', async () => {
    await using remote = await oddRemote()
    await using served = startFastmcp(['run', `${remote.origin}/mcp`, '--max-body', '10kb'])
    const call = oneByOne(served)
    assert.equal(
      await call('other', { text: 'x'.repeat(5_000) }),
      JSON.stringify({ text: 'x'.repeat(5_000) }),
    )
    assert.match(await call('hugeEvent'), /The message was dropped: it is longer than 10 KiB/)
    assert.match(await call('twenty'), /The message was dropped: it is longer than 10 KiB/)
  })
})

test('a remote whose list never ends is listed as far as is kept, beside the others', async () => {
  await using remote = await oddRemote()
  const mcpServers = { endless: { url: `${remote.origin}/endless` }, other: { url: `${remote.origin}/mcp` } }
  using project = new Project({ 'mcp.json': JSON.stringify({ mcpServers }) })
  const args = ['run', project.path('mcp.json'), '-t', 'http', '-p', '0']
  await using served = startFastmcp(args, { env: { NODE_OPTIONS: '--max-old-space-size=256' } })
  const [, url = ''] = await served.until(/listening on (\S+)/)
  const client = await connectV1({ http: new URL(url) }, clientV1('lister'))
  connected.push(client)
  const { tools } = await client.listTools(undefined, { timeout: patience })
  const names = tools.map(({ name }) => name)
  assert.ok(names.includes('other_lookup'), 'the other server is listed')
  const bytes = JSON.stringify(tools).length
  assert.ok(bytes > 15_000_000 && bytes < 25_000_000, `${bytes} bytes`)
  assert.equal(textOf(await client.callTool({ name: 'other_other', arguments: {} })), '{}')
})

async function caller(served: Started) {
  const [, url = ''] = await served.until(/listening on (\S+)/)
  const client = await connectV1({ http: new URL(url) }, clientV1('caller'))
  connected.push(client)
  return (name: string) =>
    client
      .callTool({ name, arguments: {} }, undefined, { timeout: 60_000 })
      .then(textOf, (error: Error) => error.message)
}

/** One call after the other on stdio, as text: of the answer, or of the error. */
function oneByOne(served: Started) {
  served.child.stdin?.write(hello)
  let count = 1
  return async (name: string, args: Record<string, unknown> = {}) => {
    const id = ++count
    const message = { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }
    served.child.stdin?.write(`${JSON.stringify(message)}\n`)
    const [line] = await served.until(new RegExp(`^.*"id":${id}[,}].*$`, 'm'), 'stdout')
    const { result, error } = JSON.parse(line)
    return error ? error.message : textOf(result)
  }
}

describe('a remote server that does not even introduce itself', () => {
  let remote: Awaited<ReturnType<typeof oddRemote>>
  before(async () => {
    remote = await oddRemote()
  })
  after(() => remote[Symbol.asyncDispose]())

  for (const [name, words] of chosen(acts, 4)) {
    if (name.startsWith('huge') && name !== 'hugeJson' && name !== 'hugeEvent') continue
    test(name, async () => {
      await using served = await front(`${remote.origin}/${name}`)
      await assert.rejects(connectV1({ http: served.url }), words)
      assert.ok(served.stderr.trim().split('\n').length <= 3, served.stderr)
    })
  }

  test('fastmcp list says the same', async () => {
    const { code, stderr } = await fastmcp(['list', `${remote.origin}/html`])
    assert.equal(code, 4)
    assert.match(stderr, /cannot connect to \S+: it answered with text\/html, which is not MCP/)
  })

  test('that has moved is followed', async () => {
    await using served = await front(`${remote.origin}/moved`)
    const client = await connectV1({ http: served.url })
    connected.push(client)
    assert.ok((await client.listTools()).tools.length > 0)
  })
})

describe('a remote server that says more than its client reads', {
  skip: process.platform !== 'linux',
}, () => {
  const odd = `"${process.execPath}" "${root}test/fixtures/gateway/odd.mjs"`
  const written = (served: Started) => Number(/wrote (\d+) MB\n$/.exec(served.stderr)?.[1] ?? 0)

  for (const transport of ['http', 'sse']) {
    test(`over ${transport} has to wait`, async () => {
      await using server = startFastmcp(['run', '--exec', odd, '-t', transport, '-p', '0'])
      const [, url = ''] = await server.until(/listening on (\S+)/)
      await using served = startFastmcp(['run', url])
      served.child.stdin?.write(hello)
      await served.until(/"serverInfo"/, 'stdout')
      const before = peakMemory(served.child.pid ?? 0)
      served.child.stdout?.pause()
      const params = { name: 'flood', arguments: { megabytes: 150 } }
      const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params }
      served.child.stdin?.write(`${JSON.stringify(call)}\n`)
      const megabytes = await settled(() => written(server))
      assert.ok(megabytes < 40, `it wrote ${megabytes} MB`)
      assert.ok(peakMemory(served.child.pid ?? 0) - before < 80)
    })
  }
})
