import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'exec',
  what: 'a program behind `--exec`',
  facets: { sdk: 'v1', starts: 'elsewhere', modules: 'none', language: 'js' },
  words: ['--exec', 'node server.mjs'],
  abilities: all,
  files: (edition) => ({
    'server.mjs': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
await createServer().connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
