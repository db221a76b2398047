import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-export-named',
  what: 'SDK v1, named as `server.tsx:weather`',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.tsx:weather'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.tsx': `${serverV1(edition)}
export const weather = createServer()
export const limits = { days: 3 }
`,
  }),
} satisfies Shape
