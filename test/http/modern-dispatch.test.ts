import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@modelcontextprotocol/server'
import type { ServerSource } from '../../src/protocol/source.ts'
import { mcpHandler } from '../../src/serve/modern/mcp-handler.ts'
import { ModernDispatch } from '../../src/serve/modern/modern-dispatch.ts'
import { ownSdk } from '../../src/serve/modern/own-sdk.ts'
import { factorySource } from '../../src/sessions/derived/exported-source.ts'
import { instanceSource } from '../../src/sessions/derived/instance-source.ts'
import { bodyLimit, readMessage } from '../../src/transports/http/message-body.ts'
import { webRequest } from '../../src/transports/web/web-request.ts'
import { writeResponse } from '../../src/transports/web/web-response.ts'
import { type Answer, send } from '../support/raw-http.ts'
import { call, list, type Row, requestOf, rows } from './modern-rows.ts'

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
  const handler = await mcpHandler(source, () => undefined)
  const servers = handler.open ? { open: handler.open, announce: source.announce } : source
  const dispatch = new ModernDispatch(servers, sdk.classifyInboundRequest, () => undefined)
  const answeredOwn: boolean[] = []
  const server = createServer(async (request, response) => {
    const message = await readMessage(request, response, bodyLimit)
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
  return { ask, answeredOwn, dispatch, origin, close: () => handler.close().then(() => server.close()) }
}

const { mcp } = await import('../conformance/fastmcp.ts')
const { server: plain } = await import('../conformance/sdk-v2.ts')
const { server: legacy } = await import('../conformance/sdk-v1.ts')
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
  ['a server of SDK v1', async () => instanceSource(legacy), rows],
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
