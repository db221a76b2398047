import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

/** A server for each session, so that each client keeps a list of its own. */
export function createServer(): { server: McpServer; cleanup: () => void } {
  const packed = new Set<string>()
  const server = new McpServer({ name: 'packing-list', version: '1.0.0' })

  server.registerTool(
    'pack',
    { description: 'Puts something on your packing list', inputSchema: { what: z.string() } },
    ({ what }) => {
      packed.add(what)
      return { content: [{ type: 'text', text: [...packed].join(', ') }] }
    },
  )

  server.registerTool('whoami', { description: 'The name of the client that calls' }, () => ({
    content: [{ type: 'text', text: server.server.getClientVersion()?.name ?? 'nobody' }],
  }))

  return { server, cleanup: () => packed.clear() }
}
