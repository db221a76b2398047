import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-export-default',
  what: 'SDK v1, the default export, in `.mjs`',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.mjs': `${serverV1(edition)}
export default createServer()
`,
  }),
} satisfies Shape
