// Exports nothing: behind a guard the file connects its server to stdio by itself.
import { pathToFileURL } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

async function main(): Promise<void> {
  const server = new McpServer({ name: 'guarded', version: '1.0.0' })
  server.registerTool(
    'count',
    { description: 'Counts the characters of a text', inputSchema: { text: z.string() } },
    ({ text }) => ({ content: [{ type: 'text', text: String(text.length) }] }),
  )
  await server.connect(new StdioServerTransport())
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
