import { abilitiesTmcp, serverTmcp } from '../dialects/tmcp.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'tmcp-stdio',
  what: 'tmcp, listening on stdio',
  facets: { sdk: 'other', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: [...abilitiesTmcp, 'share'],
  files: (edition) => ({
    'server.mjs': `${serverTmcp(edition)}
import { StdioTransport } from '@tmcp/transport-stdio'
new StdioTransport(createServer()).listen()
`,
  }),
} satisfies Shape
