/** A server of SDK v1 whose one tool has a version in its name. */
export const edited = (version: number): string => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
export const makeServer = () => {
  const server = new McpServer({ name: 'edited', version: '1.0.0' })
  server.registerTool('tool${version}', { inputSchema: { a: z.number() } }, ({ a }) => ({
    content: [{ type: 'text', text: String(a) }],
  }))
  return server
}
`

/** It, exported for a runner. */
export const editedExport = (version: number): string =>
  `${edited(version)}\nexport const server = makeServer()\n`

/** It, as a file that starts itself. */
export const editedStart = (version: number): string => `${edited(version)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
await makeServer().connect(new StdioServerTransport())
`

/** What a person writes to serve it over HTTP without a runner: one session for each client. */
export const editedByHand = (version: number): string => `${edited(version)}
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
const sessions = new Map()
createServer(async (request, response) => {
  const id = request.headers['mcp-session-id']
  let transport = sessions.get(id)
  if (id && !transport) return response.writeHead(404).end()
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (opened) => sessions.set(opened, transport),
    })
    await makeServer().connect(transport)
  }
  await transport.handleRequest(request, response)
}).listen(Number(process.env.BENCH_PORT), '127.0.0.1', () => console.error('listening'))
`
