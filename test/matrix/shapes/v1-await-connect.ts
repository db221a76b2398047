import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-await-connect',
  what: 'SDK v1, connected to stdio by a top-level await',
  facets: { sdk: 'v1', starts: 'itself', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
await createServer().connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
