import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { tellToolSchemas } from '../../../src/patches/packages/tool-schemas.ts'
import { call, requestOf } from '../../http/modern-rows.ts'

const address = 'http://127.0.0.1/mcp'

const inputSchema = { type: 'object', properties: { text: { type: 'string', 'x-mcp-header': 'Region' } } }

test('the SDK holds headers against the schemas that a server was told', async () => {
  const handler = createMcpHandler(() => {
    const sdkServer = new McpServer({ name: 'a', version: '1' })
    sdkServer.server.registerCapabilities({ tools: {} })
    sdkServer.server.setRequestHandler('tools/call', () => Promise.resolve({ content: [] }))
    tellToolSchemas(sdkServer, new Map([['local', inputSchema]]))
    return sdkServer
  })
  const asked = async (region: string) => {
    const headers = { 'mcp-name': 'local', 'mcp-param-region': region }
    const response = await handler.fetch(
      new Request(address, {
        method: 'POST',
        ...requestOf(call('local', { args: { text: 'north' }, headers })),
      }),
    )
    return [response.status, /-32020/.test(await response.text())]
  }
  assert.deepEqual(await asked('north'), [200, false])
  assert.deepEqual(await asked('south'), [400, true])
  await handler.close()
})
