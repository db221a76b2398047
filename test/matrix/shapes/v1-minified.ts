import { bundled } from '../bundled.ts'
import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-minified',
  what: 'SDK v1, bundled and minified as CommonJS',
  facets: { sdk: 'v1', starts: 'itself', modules: 'cjs', language: 'js' },
  words: ['dist/server.cjs'],
  abilities: [...all, 'share'],
  files: async (edition, place) => ({
    'dist/server.cjs': await bundled(
      `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
void createServer().connect(new StdioServerTransport())
`,
      place,
      { format: 'cjs', minify: true },
    ),
  }),
} satisfies Shape
