import { bundled } from '../bundled.ts'
import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-minified',
  what: 'SDK v2, `serveStdio()` bundled and minified',
  facets: { sdk: 'v2', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['dist/server.mjs'],
  abilities: all,
  files: async (edition, place) => ({
    'dist/server.mjs': await bundled(
      `${serverV2(edition)}
import { serveStdio } from '@modelcontextprotocol/server/stdio'
void serveStdio(() => createServer())
`,
      place,
      { format: 'esm', minify: true },
    ),
  }),
} satisfies Shape
