import { eachRequest } from '../dialects/v1.ts'
import { requestServerV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-handler-export',
  what: 'SDK v2, `createMcpHandler()` as the default export',
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: eachRequest,
  without: 'each request has a server of its own',
  files: (edition) => ({
    'server.ts': `${requestServerV2(edition)}
import { createMcpHandler } from '@modelcontextprotocol/server'
export default createMcpHandler(() => createServer())
`,
  }),
} satisfies Shape
