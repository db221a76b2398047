// The weather server inside a Hono app: npx tsx examples/mounted/hono.ts
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { mcp } from '../weather.ts'

const app = new Hono()
app.get('/', (context) => context.text('the site'))
// MCP alone, at one path.
app.all('/mcp', (context) => mcp.fetch(context.req.raw))
// Everything below a base path: MCP at /api/mcp, and the routes of the server, such as /api/cities/Oslo.
app.mount('/api', mcp.fetch)

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}/mcp`)
})
