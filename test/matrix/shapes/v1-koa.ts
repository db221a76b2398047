import { eachRequest, requestServerV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-koa',
  what: 'SDK v1 on Koa',
  facets: { sdk: 'v1', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  speaks: 'legacy',
  abilities: eachRequest,
  without: 'each request has a server of its own',
  packages: 'koa@3 @modelcontextprotocol/sdk@1 zod@4',
  files: (edition) => ({
    'server.ts': `${requestServerV1(edition)}
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import Koa from 'koa'
const app = new Koa()
app.use(async (context) => {
  if (context.path !== '/mcp' || context.method !== 'POST') return
  context.respond = false
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await createServer().connect(transport)
  await transport.handleRequest(context.req, context.res)
})
app.listen(3000)
`,
  }),
} satisfies Shape
