// The weather server inside a server of Node's: npx tsx examples/mounted/node-http.ts
import { createServer } from 'node:http'
import { mcp } from '../weather.ts'

// Node takes no base path off, so this one is told of it: its routes are then at /api/cities/Oslo.
const api = mcp.mount({ basePath: '/api' })

const server = createServer((request, response) => {
  const path = request.url ?? '/'
  if (path === '/') response.end('the site')
  else if (path.startsWith('/api/')) api.listener(request, response)
  else mcp.listener(request, response)
})

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(`listening on http://127.0.0.1:${address.port}/mcp`)
})
