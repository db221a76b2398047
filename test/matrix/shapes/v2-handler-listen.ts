import { eachRequest } from '../dialects/v1.ts'
import { requestServerV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-handler-listen',
  what: 'SDK v2, `createMcpHandler()` on `node:http`',
  facets: { sdk: 'v2', starts: 'listens', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: eachRequest,
  without: 'each request has a server of its own',
  files: (edition) => ({
    'server.mjs': `${requestServerV2(edition)}
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createServer as createHttpServer } from 'node:http'
createHttpServer(toNodeHandler(createMcpHandler(() => createServer()))).listen(3000)
`,
  }),
} satisfies Shape
