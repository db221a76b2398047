import { eachRequest } from '../dialects/v1.ts'
import { requestServerV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-hono-serve',
  what: 'SDK v2 in a Hono app that listens',
  facets: { sdk: 'v2', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: eachRequest,
  without: 'each request has a server of its own',
  files: (edition) => ({
    'server.ts': `${requestServerV2(edition)}
import { serve } from '@hono/node-server'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
const handler = createMcpHandler(() => createServer())
const app = new Hono()
app.all('/mcp', (context) => handler.fetch(context.req.raw))
serve({ fetch: app.fetch, port: 3000 })
`,
  }),
} satisfies Shape
