import type { Shape } from '../shape.ts'

export default {
  name: 'mcp-use',
  what: 'mcp-use, listening',
  facets: { sdk: 'other', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['index.ts'],
  packages: 'mcp-use@2 zod@4',
  node: 24,
  abilities: ['edit'],
  without: 'its interface has no more',
  files: ({ word, extra }) => ({
    'index.ts': `import { MCPServer } from 'mcp-use'
import { z } from 'zod'

const server = new MCPServer({ name: 'matrix', version: '1.0.0' })
const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })
server.tool({ name: 'echo', inputSchema: z.object({ text: z.string() }) }, async ({ text }) => said(text))
server.tool({ name: 'edition', description: '${word}' }, async () => said('${word}'))
${extra === undefined ? '' : `server.tool({ name: 'extra', description: '${extra}' }, async () => said('${extra}'))`}
await server.listen(3000)
`,
  }),
} satisfies Shape
