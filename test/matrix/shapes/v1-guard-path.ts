import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-guard-path',
  what: 'SDK v1, guarded by comparing paths',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.mjs': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { fileURLToPath } from 'node:url'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch(() => process.exit(1))
}
`,
  }),
} satisfies Shape
