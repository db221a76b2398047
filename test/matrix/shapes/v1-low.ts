import { all } from '../dialects/v1.ts'
import { lowServerV1 } from '../dialects/v1-low.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-low',
  what: 'the low-level `Server` of SDK v1, exported',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${lowServerV1(edition)}
export const server = createServer()
`,
  }),
} satisfies Shape
