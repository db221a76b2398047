import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-serve-stdio',
  what: 'SDK v2, `serveStdio()` with a factory',
  facets: { sdk: 'v2', starts: 'itself', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: all,
  files: (edition) => ({
    'server.ts': `${serverV2(edition)}
import { serveStdio } from '@modelcontextprotocol/server/stdio'
void serveStdio(() => createServer())
`,
  }),
} satisfies Shape
