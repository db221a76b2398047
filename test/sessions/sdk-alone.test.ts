import assert from 'node:assert/strict'
import { test } from 'node:test'
import { root, serveHttp } from '../support/program.ts'
import { mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'

/** Where the servers stand; `scripts/test-sdks.mjs` puts them beside older SDKs. */
const fixtures = process.env.FASTMCP_TEST_SDK_FOLDER ?? `${root}test/fixtures/sessions`
const sdks = (process.env.FASTMCP_TEST_SDK ?? 'v1,v2').split(',').filter((sdk) => sdk !== 'tmcp')

interface Asked {
  method: string
  params?: unknown
}

/** Requests of every kind, some of them no good. */
function requests(tools: readonly string[]): Asked[] {
  const call = (params: object) => ({ method: 'tools/call', params })
  const told = [{ a: 1 }, { a: 1, b: 'two', c: 3 }, { a: 'no' }, {}, undefined].map((args) =>
    call({ name: 'told', ...(args && { arguments: args }) }),
  )
  const metas = [{ progressToken: 'x' }, { progressToken: 1, own: { deep: [1] } }, {}].map((_meta) =>
    call({ name: 'told', arguments: { a: 1 }, _meta }),
  )
  const tasks = [{ ttl: 1_000 }, {}, null, 'no', undefined].map((task) =>
    call({ name: 'text', arguments: {}, task }),
  )
  return [
    ...tools.flatMap((name) => [call({ name }), call({ name, arguments: {} })]),
    ...told,
    ...metas,
    ...tasks,
    ...[{}, { name: 1 }, { name: 'text', arguments: 'no' }, { name: 'text', arguments: null }].map(call),
    ...[
      { name: 'text', arguments: { __proto__x: 1 }, more: 1 },
      { name: 'absent' },
      { name: '__proto__' },
    ].map(call),
    ...['tools/list', 'prompts/list', 'resources/list', 'ping', 'absent/method'].map((method) => ({
      method,
    })),
    { method: 'prompts/get', params: { name: 'prompt' } },
    { method: 'resources/read', params: { uri: 'test://one' } },
    { method: 'resources/read', params: { uri: 'test://none' } },
    { method: 'logging/setLevel', params: { level: 'debug' } },
    { method: 'logging/setLevel', params: { level: 'loud' } },
  ]
}

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** The same request as a client of 2026-07-28 puts it. */
function modern({ method, params }: Asked): { headers: Record<string, string>; params: object } {
  const all: { name?: unknown; uri?: unknown; _meta?: object } = { ...(params as object) }
  const name = [all.name, all.uri].find((one) => typeof one === 'string') as string | undefined
  const headers = {
    ...mcpHeaders,
    ...{ 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(name && { 'mcp-name': name }) },
  }
  return { headers, params: { ...all, _meta: { ...all._meta, ...modernMeta } } }
}

for (const sdk of sdks)
  test(`${sdk}: what we do in place of the SDK, it would have done itself`, async () => {
    const target = `${fixtures}/answers.mjs:server`
    await using ours = await serveHttp(target, [], { env: { SDK: sdk } })
    await using alone = await serveHttp(target, [], { env: { SDK: sdk, FASTMCP_SDK_ALONE: '1' } })
    const sessions = [await openSession(ours.url), await openSession(alone.url)] as const
    let count = 0
    const both = async (headers: readonly [object, object], asked: Asked) => {
      const body = rpc(asked.method, asked.params, ++count)
      const [own, oracle] = await Promise.all([
        send(ours.url, { headers: { ...headers[0] }, body }),
        send(alone.url, { headers: { ...headers[1] }, body }),
      ])
      const visible = ({ status, headers: { 'content-type': type }, text }: typeof own) => ({
        status,
        type,
        text,
      })
      assert.deepEqual(visible(own), visible(oracle), body)
      return oracle.json?.result as { tools?: { name: string }[] } | undefined
    }
    const listed = await both(sessions, { method: 'tools/list' })
    const tools = listed?.tools?.map(({ name }) => name) ?? []
    assert.ok(tools.length > 50)
    for (const asked of requests(tools)) {
      await both(sessions, asked)
      const { headers, params } = modern(asked)
      await both([headers, headers], { method: asked.method, params })
    }
    assert.ok(count >= 200, `${count} messages`)
  })
