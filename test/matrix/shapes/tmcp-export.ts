import { abilitiesTmcp, serverTmcp } from '../dialects/tmcp.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'tmcp-export',
  what: 'tmcp, exported',
  facets: { sdk: 'other', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...abilitiesTmcp, 'share'],
  files: (edition) => ({
    'server.ts': `${serverTmcp(edition)}
export const server = createServer()
`,
  }),
} satisfies Shape
