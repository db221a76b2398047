import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-express-sessions',
  what: 'SDK v1 on Express, with sessions of its own',
  facets: { sdk: 'v1', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  speaks: 'legacy',
  // The transport of SDK v1 puts what an instance asks on the GET stream, and nobody is between.
  abilities: all.filter((one) => one !== 'call-stream'),
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
const app = express()
const sessions = new Map()
app.use(express.json())
app.all('/mcp', async (request, response) => {
  let transport = sessions.get(request.headers['mcp-session-id'])
  if (!transport) {
    if (request.body?.method !== 'initialize') return response.status(404).end()
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => sessions.set(id, transport),
    })
    await createServer().connect(transport)
  }
  await transport.handleRequest(request, response, request.body)
})
app.listen(3000)
`,
  }),
} satisfies Shape
