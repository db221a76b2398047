import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientV2, connectV2, type Mode, pinned } from '../support/clients.ts'
import { serveHttp, times } from '../support/program.ts'
import { Project } from '../support/project.ts'

const serverV2 = `
import { McpServer } from '@modelcontextprotocol/server'
export const createServer = () => {
  const server = new McpServer({ name: 'quick', version: '1.0.0' })
  server.registerTool('go', {}, ({ mcpReq: { signal } }) => {
    console.error('going')
    signal.addEventListener('abort', () => console.error('aborted'))
    return { content: [{ type: 'text', text: 'gone' }] }
  })
  return server
}
export const server = createServer()
`
const serverV1 = serverV2
  .replace("'@modelcontextprotocol/server'", "'@modelcontextprotocol/sdk/server/mcp.js'")
  .replace('{ mcpReq: { signal } }', '{ signal }')

const ways: [string, string, Mode, string[]][] = [
  ['modern, SDK v2', serverV2, pinned, []],
  ['stateless, SDK v2', serverV2, 'legacy', ['--stateless']],
  ['stateless, SDK v1', serverV1, 'legacy', ['--stateless']],
]
for (const [way, file, mode, flags] of ways)
  for (const exported of ['server', 'createServer'])
    test(`the signal of a call that was answered stays silent: ${way}, ${exported}`, async () => {
      using project = new Project({ 'server.mjs': file })
      await using server = await serveHttp(`${project.path('server.mjs')}:${exported}`, flags)
      const client = await connectV2({ http: server.url }, clientV2('ann', mode))
      for (let calls = 0; calls < 3; calls++) await client.callTool({ name: 'go' })
      await client.close()
      // What belongs to one call is printed before the next begins.
      await server.until(times('going', 3))
      assert.doesNotMatch(server.stderr, /aborted/)
    })
