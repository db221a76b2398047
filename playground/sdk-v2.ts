// The official SDK v2: a server that is exported, and nothing else.
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

export const server = new McpServer({ name: 'sdk-v2', version: '1.0.0' })

server.registerTool(
  'add',
  { description: 'Adds two numbers', inputSchema: z.object({ a: z.number(), b: z.number() }) },
  ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }),
)
