import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export const v1GuardReal: Shape = {
  name: 'v1-guard-real',
  what: 'SDK v1, guarded by comparing real paths',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'esm', language: 'ts' },
  words: ['server.mts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.mts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { realpathSync } from 'node:fs'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (realpathSync(process.argv[1]) === realpathSync(import.meta.filename)) await main()
`,
  }),
}
