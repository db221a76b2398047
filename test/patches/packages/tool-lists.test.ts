import assert from 'node:assert/strict'
import { test } from 'node:test'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { noteListHandler, sharedListHandler } from '../../../src/sessions/derived/shared-list.ts'

const about = { name: 'canary', version: '1.0.0' }

/** What both SDKs have in common. */
interface Registering {
  server: object
  registerTool(name: string, config: { title: string }, act: () => { content: [] }): Tool
}
interface Tool {
  update(changes: { title: string }): void
}
const servers = { v1: new McpServerV1(about), v2: new McpServerV2(about) } as unknown as Record<
  string,
  Registering
>

for (const [sdk, server] of Object.entries(servers))
  test(`${sdk} keeps its tools, and the handler that lists them, where they are looked for`, async () => {
    const tool = server.registerTool('one', { title: 'One' }, () => ({ content: [] }))
    const handlers: Map<string, unknown> = Reflect.get(server.server, '_requestHandlers')
    const own = handlers.get('tools/list')
    noteListHandler(server as never)
    const shared = sharedListHandler(own) as (
      request: unknown,
      extra: unknown,
    ) => Promise<{ tools: unknown[] }>
    assert.notEqual(shared, own)

    const list = () => shared({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }, {})
    const first = await list()
    assert.equal(first.tools.length, 1)
    assert.equal((await list()).tools, first.tools, 'the list is made once')
    tool.update({ title: 'Two' })
    assert.notEqual((await list()).tools, first.tools, 'and again for another title')
  })
