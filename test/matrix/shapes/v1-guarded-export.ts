import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-guarded-export',
  what: 'SDK v1, exported, with a guard for the program',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { pathToFileURL } from 'node:url'
export const server = createServer()
if (import.meta.url === pathToFileURL(process.argv[1]).href) await server.connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
