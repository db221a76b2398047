import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-guard-export-star',
  what: 'SDK v1, guarded, beside `export * from`',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { pathToFileURL } from 'node:url'
export * from './units.js'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()
`,
    'units.ts': `export const units = 'metric'
export type Units = typeof units
`,
  }),
} satisfies Shape
