// The official SDK v1: a server that is exported, and nothing else.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

export const server = new McpServer({ name: 'sdk-v1', version: '1.0.0' })

server.registerTool(
  'shout',
  { description: 'Says it in capitals', inputSchema: { text: z.string() } },
  ({ text }) => ({ content: [{ type: 'text', text: text.toUpperCase() }] }),
)
