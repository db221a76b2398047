/** A server of SDK v2 with so many tools, whose schemas are of a usual size. */
export const manyTools = (count: number) => `
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
export const server = new McpServer({ name: 'bench', version: '1.0.0' })
for (let index = 0; index < ${count}; index++) {
  server.registerTool(
    'tool' + index,
    {
      description: 'Does the work of number ' + index,
      inputSchema: z.object({
        query: z.string().min(1).describe('What to look for'),
        limit: z.number().int().max(100).default(10),
        order: z.enum(['newest', 'oldest']).optional(),
      }),
    },
    () => ({ content: [] }),
  )
}
`
