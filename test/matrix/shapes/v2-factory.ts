import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-factory',
  what: 'SDK v2, a factory that is told who connects',
  facets: { sdk: 'v2', starts: 'factory', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: all,
  files: (edition) => ({
    'server.ts': `${serverV2(edition)}
export default function build(context) {
  if (context === undefined) throw new Error('called without its argument')
  return createServer()
}
`,
  }),
} satisfies Shape
