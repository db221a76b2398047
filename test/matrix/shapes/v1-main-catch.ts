import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-main-catch',
  what: 'SDK v1, a `main().catch()` that connects',
  facets: { sdk: 'v1', starts: 'itself', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
async function main() {
  const server = createServer()
  await server.connect(new StdioServerTransport())
  console.error('running on stdio')
}
main().catch((error) => {
  console.error(error)
  process.exit(1)
})
`,
  }),
} satisfies Shape
