import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-guard-url',
  what: 'SDK v1, guarded by comparing `import.meta.url`',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { pathToFileURL } from 'node:url'
export const settings = { units: 'metric' }
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (import.meta.url === pathToFileURL(process.argv[1]).href) void main()
`,
  }),
} satisfies Shape
