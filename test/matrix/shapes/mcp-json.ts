import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'mcp-json',
  what: "a client's `mcp.json` with one program",
  facets: { sdk: 'v1', starts: 'elsewhere', modules: 'none', language: 'js' },
  words: ['mcp.json'],
  abilities: all,
  edited: 'server.mjs',
  files: (edition) => ({
    'mcp.json': JSON.stringify({ mcpServers: { matrix: { command: 'node', args: ['server.mjs'] } } }),
    'server.mjs': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
await createServer().connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
