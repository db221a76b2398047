import { all, asCommonJs, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-export-cts',
  what: 'SDK v1, `exports.server` in `.cts`',
  facets: { sdk: 'v1', starts: 'exported', modules: 'cjs', language: 'ts' },
  words: ['server.cts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.cts': asCommonJs(`${serverV1(edition)}
export const server = createServer()
`),
  }),
} satisfies Shape
