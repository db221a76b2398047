import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-export-mcp',
  what: 'SDK v1, exported as `mcp`, in `.mts`',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.mts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.mts': `${serverV1(edition)}
export const mcp = createServer()
`,
  }),
} satisfies Shape
