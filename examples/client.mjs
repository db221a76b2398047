// Calls one tool of a server over HTTP: node examples/client.mjs http://127.0.0.1:8000/mcp forecast city=Oslo
// It needs @modelcontextprotocol/client: npm install @modelcontextprotocol/client
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

const [url, tool, ...pairs] = process.argv.slice(2)
if (!url || !tool) {
  console.error('usage: node examples/client.mjs <url> <tool> [name=value …]')
  process.exit(2)
}

const args = Object.fromEntries(
  pairs.map((pair) => {
    const [name, value = ''] = pair.split(/=(.*)/s)
    return [name, value !== '' && !Number.isNaN(Number(value)) ? Number(value) : value]
  }),
)

const client = new Client(
  { name: 'example-client', version: '1.0.0' },
  { versionNegotiation: { mode: 'auto' } },
)
await client.connect(new StreamableHTTPClientTransport(new URL(url)))
const result = await client.callTool({ name: tool, arguments: args })
console.log(JSON.stringify(result.structuredContent ?? result.content, null, 2))
await client.close()
if (result.isError) process.exitCode = 1
