/** One tool on SDK v2, exported, and started by its own guard. */
export const sdkV2 = `
import { McpServer } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
export const makeServer = () => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  server.registerTool(
    'add',
    { description: 'Adds two numbers', inputSchema: z.object({ a: z.number(), b: z.number() }) },
    ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }),
  )
  return server
}
export const server = makeServer()
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await server.connect(new StdioServerTransport())
}
`

/** SDK v2's own handler on node:http, for the modern era. */
export const sdkV2Handler = `
import { createServer } from 'node:http'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { makeServer } from './v2.mjs'
const handle = toNodeHandler(createMcpHandler(makeServer))
const listener = createServer(handle).listen(0, '127.0.0.1', () =>
  console.error('listening on http://127.0.0.1:' + listener.address().port + '/mcp'))
`
