// A factory: each client gets a server of its own, and with it notes of its own.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

export default function createServer(): McpServer {
  const notes: string[] = []
  const server = new McpServer({ name: 'factory', version: '1.0.0' })
  server.registerTool(
    'note',
    { description: 'Keeps a note, and shows all of yours', inputSchema: { text: z.string() } },
    ({ text }) => {
      notes.push(text)
      return { content: [{ type: 'text', text: notes.join(', ') }] }
    },
  )
  return server
}
