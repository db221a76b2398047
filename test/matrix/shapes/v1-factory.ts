import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-factory',
  what: 'SDK v1, a default export that is a factory',
  facets: { sdk: 'v1', starts: 'factory', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: all,
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
export default createServer
`,
  }),
} satisfies Shape
