import { all, asCommonJs, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-guard-require',
  what: 'SDK v1, guarded by `require.main === module`',
  facets: { sdk: 'v1', starts: 'guarded', modules: 'cjs', language: 'js' },
  words: ['server.cjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.cjs': asCommonJs(`${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
async function main() {
  await createServer().connect(new StdioServerTransport())
}
if (require.main === module) void main()
`),
  }),
} satisfies Shape
