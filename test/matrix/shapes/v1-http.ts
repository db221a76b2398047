import { eachRequest, requestServerV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-http',
  what: 'SDK v1 on `node:http`',
  facets: { sdk: 'v1', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  speaks: 'legacy',
  abilities: eachRequest,
  without: 'each request has a server of its own',
  files: (edition) => ({
    'server.ts': `${requestServerV1(edition)}
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createServer as createHttpServer } from 'node:http'
createHttpServer(async (request, response) => {
  if (request.url !== '/mcp' || request.method !== 'POST') return response.writeHead(404).end()
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await createServer().connect(transport)
  await transport.handleRequest(request, response)
}).listen(3000)
`,
  }),
} satisfies Shape
