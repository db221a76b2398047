import type { Shape } from '../shape.ts'

export default {
  name: 'punkpeye',
  what: "punkpeye's framework, on HTTP",
  facets: { sdk: 'other', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  packages: 'fastmcp@4 zod@4',
  abilities: ['edit', 'progress'],
  without: 'its interface has no more',
  files: ({ word, extra }) => ({
    'server.mjs': `import { FastMCP } from 'fastmcp'
import { z } from 'zod'

const server = new FastMCP({ name: 'matrix', version: '1.0.0' })
const parameters = z.object({ text: z.string() })
server.addTool({ name: 'echo', description: 'Says it again', parameters, execute: async ({ text }) => text })
server.addTool({ name: 'edition', description: '${word}', execute: async () => '${word}' })
${extra === undefined ? '' : `server.addTool({ name: 'extra', description: '${extra}', execute: async () => '${extra}' })`}
server.addTool({
  name: 'steps',
  description: 'Reports',
  execute: async (_, { reportProgress }) => {
    for (const progress of [1, 2, 3]) await reportProgress({ progress, total: 3 })
    return 'done'
  },
})
server.start({ transportType: 'httpStream', httpStream: { port: 3000, endpoint: '/mcp' } })
`,
  }),
} satisfies Shape
