import { all } from '../dialects/v1.ts'
import { lowServerV2 } from '../dialects/v2-low.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-low',
  what: 'the low-level `Server` of SDK v2, exported',
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${lowServerV2(edition)}
export const server = createServer()
`,
  }),
} satisfies Shape
