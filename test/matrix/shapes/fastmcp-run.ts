import { abilitiesFastmcp, serverFastmcp } from '../dialects/fastmcp.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'fastmcp-run',
  what: 'FastMCP, not exported, with `run()` on HTTP',
  facets: { sdk: 'fastmcp', starts: 'itself', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...abilitiesFastmcp, 'share'],
  files: (edition) => ({
    'server.ts': `${serverFastmcp(edition)}
await mcp.run({ transport: 'http', port: 3000 })
`,
  }),
} satisfies Shape
