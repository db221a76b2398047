import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-export-app',
  what: 'SDK v1, exported as `app`, in `.js`',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'js' },
  words: ['server.js'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.js': `${serverV1(edition)}
export const app = createServer()
`,
  }),
} satisfies Shape
