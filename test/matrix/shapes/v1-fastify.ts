import { eachRequest, requestServerV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-fastify',
  what: 'SDK v1 on Fastify',
  facets: { sdk: 'v1', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  speaks: 'legacy',
  abilities: eachRequest,
  without: 'each request has a server of its own',
  packages: 'fastify@5 @modelcontextprotocol/sdk@1 zod@4',
  files: (edition) => ({
    'server.ts': `${requestServerV1(edition)}
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import Fastify from 'fastify'
const app = Fastify()
app.post('/mcp', async (request, reply) => {
  reply.hijack()
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await createServer().connect(transport)
  await transport.handleRequest(request.raw, reply.raw, request.body)
})
await app.listen({ port: 3000 })
`,
  }),
} satisfies Shape
