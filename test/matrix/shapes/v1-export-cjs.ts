import { all, asCommonJs, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-export-cjs',
  what: 'SDK v1, `module.exports = { server }` in `.cjs`',
  facets: { sdk: 'v1', starts: 'exported', modules: 'cjs', language: 'js' },
  words: ['server.cjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.cjs': asCommonJs(`${serverV1(edition)}
module.exports = { server: createServer() }
`),
  }),
} satisfies Shape
