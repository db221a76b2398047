import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-guard-es-main',
  what: 'SDK v1, guarded by the package es-main',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import esMain from 'es-main'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (esMain(import.meta)) await main()
`,
  }),
} satisfies Shape
