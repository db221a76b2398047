import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-guard',
  what: 'SDK v2, `serveStdio()` behind a guard',
  facets: { sdk: 'v2', starts: 'guarded', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: all,
  files: (edition) => ({
    'server.ts': `${serverV2(edition)}
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { fileURLToPath } from 'node:url'
if (process.argv[1] === fileURLToPath(import.meta.url)) void serveStdio(() => createServer())
`,
  }),
} satisfies Shape
