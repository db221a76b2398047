import { bundled } from '../bundled.ts'
import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-bundled-guard',
  what: 'SDK v1 and its packages in one file, guarded',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'esm', language: 'js' },
  words: ['dist/server.mjs'],
  abilities: [...all, 'share'],
  files: async (edition, place) => ({
    'dist/server.mjs': await bundled(
      `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { pathToFileURL } from 'node:url'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (import.meta.url === pathToFileURL(process.argv[1]).href) void main()
`,
      place,
      { format: 'esm' },
    ),
  }),
} satisfies Shape
