import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export const v1MainJs: Shape = {
  name: 'v1-main-js',
  what: 'SDK v1 in `.js`, connected by `main()`, then waiting for ever',
  facets: { sdk: 'v1', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['server.js'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.js': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
void main()
setInterval(() => undefined, 60_000)
`,
  }),
}
