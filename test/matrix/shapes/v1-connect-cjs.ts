import { all, asCommonJs, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-connect-cjs',
  what: 'SDK v1 in `.cjs`, connected while it loads',
  facets: { sdk: 'v1', starts: 'itself', modules: 'cjs', language: 'js' },
  words: ['server.cjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.cjs': asCommonJs(`${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
void createServer().connect(new StdioServerTransport())
`),
  }),
} satisfies Shape
