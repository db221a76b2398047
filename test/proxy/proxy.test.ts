import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ProgressNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { certificate } from '../support/certificates.ts'
import { clientV1, connectV1, textOf } from '../support/clients.ts'
import { HttpProxy } from '../support/http-proxy.ts'
import { fastmcp, listening, root, type Started, startFastmcp } from '../support/program.ts'
import { TlsFront } from '../support/tls-front.ts'
import { chosen, rarely } from '../support/whole.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-proxy-'))
const trusted = join(folder, 'ca.pem')
const asking = `"${process.execPath}" "${root}test/fixtures/gateway/asking.mjs" one`

type Served = Started & { url: URL }
const served: Record<'http' | 'sse', Served> = {} as never

before(async () => {
  writeFileSync(trusted, certificate)
  for (const transport of ['http', 'sse'] as const)
    served[transport] = await listening(
      startFastmcp(['run', '--exec', asking, '-t', transport, '-p', '0', '--allowed-hosts', 'mcp.example']),
    )
})
after(async () => {
  for (const one of Object.values(served)) await one[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** A host that only the proxy finds, in the clear or by TLS. */
async function place(scheme: string, transport: 'http' | 'sse') {
  const { url } = served[transport]
  const front = await TlsFront.start(url)
  const address =
    scheme === 'https' ? front.at(url.pathname) : `http://mcp.example:${url.port}${url.pathname}`
  return { address, front, [Symbol.asyncDispose]: () => front[Symbol.asyncDispose]() }
}

const roads = [
  ['http', 'http'],
  ['http', 'sse'],
  ['https', 'sse'],
  ['https', 'http'],
] as const

for (const [scheme, transport] of chosen(roads, 3, 1)) {
  const variable = `${scheme.toUpperCase()}_PROXY`
  test(`${scheme}, ${transport}: every command goes by the proxy, and questions come back by it`, async () => {
    await using proxy = await HttpProxy.start({ caller: 'ann:p@ss' })
    await using at = await place(scheme, transport)
    const env = {
      [variable]: proxy.urlFor('ann:p%40ss'),
      NODE_EXTRA_CA_CERTS: trusted,
      TOKEN: 'very-secret',
    }
    const bearer = ['--bearer-env', 'TOKEN']
    let last = 0
    const passed = () => {
      const count = scheme === 'http' ? proxy.requests.length : proxy.tunnels.length
      assert.ok(count > last, 'nothing went by the proxy')
      last = count
    }
    for (const args of [['list'], ['inspect'], ['call', 'variable', 'name=HOME']]) {
      const [command = '', ...rest] = args
      const { code, stdout, stderr } = await fastmcp([command, at.address, ...rest, ...bearer], { env })
      assert.equal(code, 0, stderr)
      assert.notEqual(stdout, '')
      assert.doesNotMatch(stderr, /p@ss|p%40ss|very-secret/)
      passed()
    }
    const map = join(folder, 'mcp.json')
    writeFileSync(map, JSON.stringify({ mcpServers: { far: { url: at.address, type: transport } } }))
    const listed = await fastmcp(['list', map], { env })
    assert.equal(listed.code, 0, listed.stderr)
    passed()
    const client = clientV1('asked', { elicitation: {}, sampling: {} })
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant' as const,
      content: { type: 'text' as const, text: 'sampled' },
    }))
    client.setRequestHandler(ElicitRequestSchema, () => ({
      action: 'accept' as const,
      content: { name: 'elicited' },
    }))
    await connectV1({ stdio: ['run', at.address, ...bearer], env }, client)
    const asked = await client.callTool({ name: 'ask', arguments: { who: 'who' } })
    assert.equal(textOf(asked), 'one: sampled, elicited')
    let steps = 0
    const all = new Promise<void>((resolve) => {
      client.setNotificationHandler(ProgressNotificationSchema, () => {
        if (++steps === 50) resolve()
      })
    })
    const params = { name: 'progress', arguments: { steps: 50 }, _meta: { progressToken: 'p' } }
    await Promise.all([client.callTool(params), all])
    passed()
    await client.close()
    // What is for the server, a proxy that only opens the way is not told.
    assert.doesNotMatch(JSON.stringify(proxy.told), /very-secret/)
    if (scheme === 'https') {
      assert.deepEqual(proxy.requests, [])
      assert.ok(at.front.seen.some(({ authorization }) => authorization === 'Bearer very-secret'))
      assert.ok(at.front.seen.every((headers) => headers['proxy-authorization'] === undefined))
    } else assert.deepEqual([proxy.tunnels, proxy.requests[0]], [[], at.address])
  })
}

rarely('a proxy that speaks TLS itself', async () => {
  await using proxy = await HttpProxy.start({ secure: true })
  await using at = await place('https', 'http')
  const { port } = new URL(proxy.url)
  const env = { HTTPS_PROXY: `https://localhost:${port}` }
  const distrusted = await fastmcp(['list', at.address], { env })
  assert.match(
    distrusted.stderr,
    /the proxy in HTTPS_PROXY \(localhost:\d+\) cannot be reached: its certificate/,
  )
  assert.equal(proxy.tunnels.length, 0)
})

describe('not by the proxy', () => {
  test('what is at this machine, and what NO_PROXY names', async () => {
    await using proxy = await HttpProxy.start()
    const { href } = served.http.url
    const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url }
    assert.equal((await fastmcp(['list', href], { env })).code, 0)
    const named = { ...env, NO_PROXY: '.example' }
    const { code, stderr } = await fastmcp(['list', 'http://mcp.example:9/mcp'], { env: named })
    assert.equal(code, 4)
    assert.doesNotMatch(stderr, /proxy/)
    assert.deepEqual([proxy.requests, proxy.tunnels], [[], []])
  })

  test('a start without the variables loads nothing for them', async () => {
    const env = { NODE_DEBUG: 'esm', HTTP_PROXY: undefined }
    const { code, stderr } = await fastmcp(['list', served.http.url.href], { env })
    assert.equal(code, 0)
    assert.doesNotMatch(stderr, /undici\/index/)
  })
})

describe('a proxy that does not pass on', () => {
  const faults: Record<string, [manner: { status?: number; caller?: string } | undefined, says: RegExp]> = {
    down: [undefined, /the proxy in (HTTPS?_PROXY) \(127\.0\.0\.1:9\) cannot be reached: connection refused/],
    407: [
      { caller: 'ann:other' },
      /407: the proxy in HTTPS?_PROXY \(127.0.0.1:\d+\) refuses the user and password/,
    ],
    502: [{ status: 502 }, /the proxy in HTTPS_PROXY \(\S+\) responded with status 502|with status 502/],
    hanging: [
      { status: 0 },
      /the proxy in HTTPS?_PROXY \(127.0.0.1:\d+\).*no answer|no answer in 3 s, by the proxy in HTTPS?_PROXY/,
    ],
  }
  for (const scheme of ['http', 'https']) {
    for (const [name, [manner, says]] of chosen(Object.entries(faults), 3, scheme === 'http' ? 0 : 1)) {
      test(`${scheme}: ${name}`, async () => {
        await using proxy = manner && (await HttpProxy.start(manner))
        const url = proxy ? proxy.urlFor('ann:pass-word') : 'http://ann:pass-word@127.0.0.1:9'
        const env = { [`${scheme.toUpperCase()}_PROXY`]: url }
        const address = `${scheme}://mcp.example/mcp`
        const limit = name === 'hanging' ? ['--timeout', '3'] : []
        const command = scheme === 'http' ? 'list' : 'inspect'
        const { code, stderr, took } = await fastmcp([command, address, ...limit], { env })
        assert.equal(code, 4, stderr)
        assert.match(stderr, says)
        assert.equal(stderr.trim().split('\n').length, 1, stderr)
        assert.doesNotMatch(stderr, /pass-word/)
        assert.ok(took < 15_000)
      })
    }
  }

  test('a variable that holds no URL is a mistake of the line', async () => {
    const env = { HTTPS_PROXY: 'socks5://ann:pass-word@127.0.0.1:9' }
    for (const args of [['list'], ['call', 'x'], ['inspect'], ['run'], ['login']]) {
      const [command = '', ...rest] = args
      const { code, stderr } = await fastmcp([command, 'https://mcp.example/mcp', ...rest], { env })
      assert.match(stderr, /HTTPS_PROXY is not the URL of an http or https proxy/)
      assert.equal(code, 2, stderr)
      assert.doesNotMatch(stderr, /pass-word/)
    }
  })
})
