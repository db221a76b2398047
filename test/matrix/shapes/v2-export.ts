import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-export',
  what: 'SDK v2, exported as `server`',
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV2(edition)}
export const server = createServer()
`,
  }),
} satisfies Shape
