import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-await-connect',
  what: 'SDK v2, connected to stdio by a top-level await',
  facets: { sdk: 'v2', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.mjs': `${serverV2(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
await createServer().connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
