// The weather server inside an Express app: npx tsx examples/mounted/express.ts
import express from 'express'
import { mcp } from '../weather.ts'

const app = express()
// MCP alone, at one path.
app.all('/mcp', mcp.listener)
// Everything below a base path: MCP at /api/mcp, and the routes of the server, such as /api/cities/Oslo.
app.use('/api', mcp.listener)
// Bodies that express.json() has read are understood too, but its own errors are pages of HTML.
app.use(express.json())
app.get('/', (_request, response) => {
  response.send('the site')
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(`listening on http://127.0.0.1:${address.port}/mcp`)
})
