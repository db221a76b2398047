/** One tool on SDK v1, as a person writes it: exported, and started by its own guard. */
export const sdkV1 = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
export const makeServer = () => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  server.registerTool(
    'add',
    { description: 'Adds two numbers', inputSchema: { a: z.number(), b: z.number() } },
    ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }),
  )
  return server
}
export const server = makeServer()
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await server.connect(new StdioServerTransport())
}
`

/** What SDK v1's own documentation says to write for sessions over HTTP. */
export const sdkV1OnExpress = `
import { randomUUID } from 'node:crypto'
import express from 'express'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { makeServer } from './v1.mjs'
const app = express()
app.use(express.json())
const transports = new Map()
app.all('/mcp', async (req, res) => {
  let transport = transports.get(req.headers['mcp-session-id'])
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => transports.set(id, transport),
    })
    await makeServer().connect(transport)
  }
  await transport.handleRequest(req, res, req.body)
})
const listener = app.listen(0, '127.0.0.1', () =>
  console.error('listening on http://127.0.0.1:' + listener.address().port + '/mcp'))
`
