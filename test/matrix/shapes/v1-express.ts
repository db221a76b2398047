import { eachRequest, requestServerV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-express',
  what: 'SDK v1 on Express, a server for each request',
  facets: { sdk: 'v1', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  speaks: 'legacy',
  abilities: eachRequest,
  without: 'each request has a server of its own',
  files: (edition) => ({
    'server.ts': `${requestServerV1(edition)}
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
const app = express()
app.use(express.json())
app.post('/mcp', async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await createServer().connect(transport)
  await transport.handleRequest(request, response, request.body)
})
app.listen(3000, () => console.log('listening on 3000'))
`,
  }),
} satisfies Shape
