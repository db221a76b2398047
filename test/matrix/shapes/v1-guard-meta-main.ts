import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-guard-meta-main',
  what: 'SDK v1, guarded by `import.meta.main`',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (import.meta.main) await main()
`,
  }),
} satisfies Shape
