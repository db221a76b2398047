import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@modelcontextprotocol/server'
import { mcpHandler } from '../../src/serve/mcp-handler.ts'
import { ModernDispatch } from '../../src/serve/modern-dispatch.ts'
import { ownSdk } from '../../src/serve/own-sdk.ts'
import { factorySource } from '../../src/sessions/factory-source.ts'
import { instanceSource } from '../../src/sessions/instance-source.ts'
import type { ServerSource } from '../../src/source.ts'
import { readMessage } from '../../src/transports/read-message.ts'
import { webRequest } from '../../src/transports/request-info.ts'
import { writeResponse } from '../../src/transports/web-response.ts'
import { type Answer, send } from '../support/raw-http.ts'

const version = '2026-07-28'

interface Row {
  name: string
  method: string
  params?: Record<string, unknown>
  /** Headers besides those that belong to the request; `undefined` leaves one out. */
  headers?: Record<string, string | undefined>
  meta?: Record<string, unknown>
  id?: string | number
  /** Whether our own dispatch answers it; otherwise it is left to the handler of the SDK. */
  own: boolean
}

const capabilities = { sampling: {}, elicitation: { form: {} }, roots: {} }
const call = (name: string, rest: Partial<Row> & { args?: Record<string, unknown> } = {}): Row => {
  const { args = {}, params, ...others } = rest
  return {
    name,
    method: 'tools/call',
    params: { name, arguments: args, ...params },
    headers: { 'mcp-name': name },
    own: true,
    ...others,
  }
}
const tool = (name: string, rest: Parameters<typeof call>[1] = {}) => ({
  ...call('test_simple_text', rest),
  name,
})
const get = (name: string, args?: Record<string, string>): Row => ({
  name: `prompt ${name}`,
  method: 'prompts/get',
  params: { name, ...(args && { arguments: args }) },
  headers: { 'mcp-name': name },
  own: true,
})
const read = (uri: string): Row => ({
  name: `resource ${uri}`,
  method: 'resources/read',
  params: { uri },
  headers: { 'mcp-name': uri },
  own: true,
})
const list = (method: string, rest: Partial<Row> = {}): Row => ({ name: method, method, own: true, ...rest })
const complete = (name: string, ref: unknown, argument: unknown): Row => ({
  name,
  method: 'completion/complete',
  params: { ref, argument },
  own: true,
})
const withArguments = { type: 'ref/prompt', name: 'test_prompt_with_arguments' }
const asking = (name: string) => `test_input_required_result_${name}`
const named = { user_name: { action: 'accept', content: { name: 'Ann' } } }

const rows: Row[] = [
  ...['tools', 'prompts', 'resources', 'resources/templates'].map((what) => list(`${what}/list`)),
  list('tools/list', { name: 'a cursor', params: { cursor: 'x' } }),
  call('test_simple_text'),
  call('test_image_content'),
  call('test_audio_content'),
  call('test_embedded_resource'),
  call('test_multiple_content_types'),
  call('test_error_handling'),
  call('test_tool_with_progress', { params: { _meta: { progressToken: 'p' } } }),
  tool('no progress token', {
    params: { name: 'test_tool_with_progress' },
    headers: { 'mcp-name': 'test_tool_with_progress' },
  }),
  call('test_logging_tool'),
  call('test_logging_tool', { meta: { 'io.modelcontextprotocol/logLevel': 'info' } }),
  call('test_logging_tool', { meta: { 'io.modelcontextprotocol/logLevel': 'error' } }),
  call('json_schema_2020_12_tool', { args: { name: 'x' } }),
  call('json_schema_2020_12_tool', { args: { name: 'x', phone: '1', contactMethod: 'phone' } }),
  call('test_sampling'),
  call('test_sampling', { args: { prompt: 7 } }),
  call('no_such_tool'),
  call('__proto__'),
  call('test_missing_capability', { meta: { 'io.modelcontextprotocol/clientCapabilities': {} } }),
  call('test_trigger_tool_change'),
  ...[
    'elicitation',
    'sampling',
    'list_roots',
    'request_state',
    'multiple_inputs',
    'multi_round',
    'capabilities',
  ].map((name) => call(asking(name))),
  call(asking('elicitation'), { params: { inputResponses: named } }),
  call(asking('elicitation'), { params: { inputResponses: { other: {} } } }),
  call(asking('elicitation'), { params: { inputResponses: 'nonsense' } }),
  call(asking('tampered_state'), { params: { requestState: 'made up' } }),
  call(asking('tampered_state'), { params: { requestState: 7 } }),
  call('test_x_mcp_header', { args: { region: 'x' }, own: false }),
  call('test_x_mcp_header', {
    args: { region: 'x' },
    headers: { 'mcp-name': 'test_x_mcp_header', 'mcp-param-region': 'x' },
    own: false,
  }),
  get('test_simple_prompt'),
  get('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' }),
  get('test_prompt_with_arguments', { arg1: 'a' }),
  get('test_prompt_with_arguments'),
  get('test_prompt_with_image'),
  get(asking('prompt')),
  get('no_such_prompt'),
  read('test://static-text'),
  read('test://static-binary'),
  read('test://template/7/data'),
  read('test://nowhere'),
  read('not a uri'),
  complete('a completion', withArguments, { name: 'arg1', value: 'par' }),
  complete('a completion of nothing', withArguments, { name: 'nothing', value: '' }),
  complete('a completion of no prompt', { type: 'ref/prompt', name: 'none' }, { name: 'x', value: '' }),
  complete('a broken completion', undefined, undefined),
  tool('an id that is a string', { id: 'seven' }),
  tool('id 0', { id: 0 }),
  tool('arguments that are no object', { params: { arguments: 7 } }),
  tool('arguments beyond the schema', { args: { extra: true } }),
  tool('no version header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-protocol-version': undefined },
    own: false,
  }),
  tool('another version header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-protocol-version': '2099-01-01' },
    own: false,
  }),
  tool('no method header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-method': undefined },
    own: false,
  }),
  tool('another method header', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-method': 'tools/list' },
    own: false,
  }),
  tool('the method in capitals', {
    headers: { 'mcp-name': 'test_simple_text', 'mcp-method': 'TOOLS/CALL' },
    own: false,
  }),
  tool('no name header', { headers: {}, own: false }),
  tool('another name header', { headers: { 'mcp-name': 'test_image_content' }, own: false }),
  tool('a name in base64', { headers: { 'mcp-name': '=?base64?dGVzdF9zaW1wbGVfdGV4dA==?=' }, own: false }),
  tool('a name in broken base64', { headers: { 'mcp-name': '=?base64?!?=' }, own: false }),
  tool('an unknown version', {
    meta: { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' },
    own: false,
  }),
  tool('no capabilities', { meta: { 'io.modelcontextprotocol/clientCapabilities': undefined }, own: false }),
  tool('capabilities that are none', {
    meta: { 'io.modelcontextprotocol/clientCapabilities': 7 },
    own: false,
  }),
  tool('no client info', { meta: { 'io.modelcontextprotocol/clientInfo': undefined } }),
  tool('no name in the body', { params: { name: undefined }, own: false }),
  ...['server/discover', 'initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'no/such'].map(
    (method) => list(method, { own: false }),
  ),
]

function requestOf({ method, params = {}, headers = {}, meta = {}, id = 1 }: Row) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    'io.modelcontextprotocol/clientInfo': { name: 'differ', version: '1' },
    ...(params._meta as object),
    ...meta,
  }
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...headers,
  }
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } })
  return { headers: Object.fromEntries(sent), body }
}

/** What a client can tell two answers apart by, without what is random in them. */
function visible({ status, headers, text }: Answer) {
  const type = headers['content-type']
  const stream = String(type).startsWith('text/event-stream')
  const messages = stream
    ? text.split('\n\n').flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? [])
    : [text]
  const plain = (message: string) =>
    JSON.parse(message, (key, value) => (key === 'requestState' ? 'some state' : value))
  const told = [type, headers['cache-control'], headers['x-accel-buffering'], headers['mcp-session-id']]
  return { status, told, messages: messages.map(plain) }
}

/** Serves a source twice: by our own dispatch, which says whose answer it was, and by the SDK's handler alone. */
async function serveTwice(source: ServerSource) {
  const handler = await mcpHandler(source, 'reject', () => undefined)
  const dispatch = new ModernDispatch(source, sdk.classifyInboundRequest, () => undefined)
  const answeredOwn: boolean[] = []
  const server = createServer(async (request, response) => {
    const message = await readMessage(request, response)
    if (!message) return
    if (request.url === '/own') {
      const own = await dispatch.handle({ request, response, path: '/own' }, message)
      answeredOwn.push(own)
      if (own) return
    }
    await writeResponse(response, await handler.fetch(webRequest(request), { parsedBody: message }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (path: string, row: Row) => visible(await send(new URL(path, origin), requestOf(row)))
  return { ask, answeredOwn, dispatch, origin, close: () => server.close() }
}

const { mcp } = await import('../conformance/fastmcp.ts')
const { server: plain } = await import('../conformance/sdk-v2.ts')
/** Told of calls of the tool that never answers. */
const waits = { begun: () => {}, aborted: () => {} }

const small = () => {
  const server = new sdk.McpServer({ name: 'small', version: '1.0.0' })
  server.registerTool('test_simple_text', {}, ({ mcpReq }) => ({
    content: [
      { type: 'text', text: `${server.server.getClientVersion()?.name} ${mcpReq.envelope !== undefined}` },
    ],
  }))
  server.registerTool('wait', {}, ({ mcpReq }) => {
    waits.begun()
    return new Promise<never>(() => mcpReq.signal.addEventListener('abort', waits.aborted))
  })
  return server
}

const sources: [string, () => Promise<ServerSource>, Row[]][] = [
  ['a server of SDK v2', async () => instanceSource(plain, { sdkCopy: ownSdk }), rows],
  ['a FastMCP', async () => instanceSource(mcp, { sdkCopy: ownSdk }), rows],
  [
    'a factory',
    () => factorySource(small, ownSdk),
    [call('test_simple_text'), list('tools/list'), list('prompts/list')],
  ],
]

for (const [kind, open, asked] of sources) {
  describe(`our own dispatch answers as the SDK's handler does: ${kind}`, () => {
    let twice: Awaited<ReturnType<typeof serveTwice>>
    before(async () => {
      twice = await serveTwice(await open())
    })
    after(() => twice.close())

    for (const row of asked) {
      test(`${row.name} ${JSON.stringify(row.meta ?? row.params ?? {}).slice(0, 80)}`, async () => {
        const own = await twice.ask('/own', row)
        assert.deepEqual(own, await twice.ask('/oracle', row))
        // What is refused before a handler runs comes from the SDK's handler, whoever looked at it first.
        const refused = own.status >= 400 && own.messages[0]?.error?.code !== -32021
        assert.equal(twice.answeredOwn.at(-1), row.own && !refused)
      })
    }
  })
}

describe('a call that our own dispatch has under way', () => {
  let twice: Awaited<ReturnType<typeof serveTwice>>
  before(async () => {
    twice = await serveTwice(await factorySource(small, ownSdk))
  })
  after(() => twice.close())
  const begun = () =>
    new Promise<void>((resolve) => {
      waits.begun = resolve
    })

  test('is answered with an error when the server stops', async () => {
    const started = begun()
    const answer = twice.ask('/own', call('wait'))
    await started
    await twice.dispatch.close()
    const { status, messages } = await answer
    assert.equal(status, 200)
    assert.equal(messages[0]?.error?.code, -32603)
  })

  test('is cancelled when its client leaves', async () => {
    const started = begun()
    const aborted = new Promise<void>((resolve) => {
      waits.aborted = resolve
    })
    const leaving = new AbortController()
    const asked = requestOf(call('wait'))
    const answer = fetch(`${twice.origin}/own`, { method: 'POST', signal: leaving.signal, ...asked })
    await started
    leaving.abort()
    await assert.rejects(answer)
    await aborted
  })
})
