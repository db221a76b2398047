import { abilitiesFastmcp, serverFastmcp } from '../dialects/fastmcp.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'fastmcp',
  what: 'FastMCP, exported, with `isMain()`',
  facets: { sdk: 'fastmcp', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...abilitiesFastmcp, 'share'],
  files: (edition) => ({
    'server.ts': `${serverFastmcp(edition)}
export { mcp }
if (isMain(import.meta)) await mcp.run()
`,
  }),
} satisfies Shape
