import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

export const server = new McpServer(
  { name: 'my-server', version: '0.1.0' },
  { instructions: 'Adds numbers and greets people.' },
)

server.registerTool(
  'add',
  {
    description: 'Add two numbers',
    inputSchema: { a: z.number(), b: z.number() },
    outputSchema: { sum: z.number() },
  },
  ({ a, b }) => {
    const structuredContent = { sum: a + b }
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
  },
)

server.registerResource(
  'greeting',
  new ResourceTemplate('greeting://{name}', { list: undefined }),
  { description: 'A greeting for someone', mimeType: 'text/plain' },
  (uri, { name }) => ({ contents: [{ uri: uri.href, text: `Hello, ${name}!` }] }),
)

server.registerPrompt(
  'explain',
  { description: 'Explain a sum to a child', argsSchema: { a: z.string(), b: z.string() } },
  ({ a, b }) => {
    const text = `Explain to a child of six why ${a} plus ${b} is what it is. Use the add tool first.`
    return { messages: [{ role: 'user', content: { type: 'text', text } }] }
  },
)

// Run by itself it speaks stdio, on every Node and under tsx; a runner that imports it serves the export.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await server.connect(new StdioServerTransport())
}
