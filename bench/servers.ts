/** One tool on SDK v1, as a person writes it: exported, and started by its own guard. */
export const serverV1 = `
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

/** The same on SDK v2. */
export const serverV2 = `
import { McpServer } from '@modelcontextprotocol/server'
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
`

/** What SDK v1's own documentation says to write for sessions over HTTP. */
export const express = `
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

/** SDK v2's own handler on node:http, for the modern era. */
export const handlerV2 = `
import { createServer } from 'node:http'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { makeServer } from './v2.mjs'
const handle = toNodeHandler(createMcpHandler(makeServer))
const listener = createServer(handle).listen(0, '127.0.0.1', () =>
  console.error('listening on http://127.0.0.1:' + listener.address().port + '/mcp'))
`

/** The least that any server on node:http has to do: read JSON, answer JSON. */
export const bare = `
import { createServer } from 'node:http'
const listener = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { id } = JSON.parse(Buffer.concat(chunks).toString())
    const body = JSON.stringify({ result: { content: [{ type: 'text', text: '3' }] }, jsonrpc: '2.0', id })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
}).listen(0, '127.0.0.1', () =>
  console.error('listening on http://127.0.0.1:' + listener.address().port + '/mcp'))
`
