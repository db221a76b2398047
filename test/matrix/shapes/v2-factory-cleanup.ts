import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-factory-cleanup',
  what: 'SDK v2, a factory that hands out a cleanup too',
  facets: { sdk: 'v2', starts: 'factory', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: all,
  files: (edition) => ({
    'server.ts': `${serverV2(edition)}
export function create() {
  const timer = setInterval(() => undefined, 1000)
  return { server: createServer(), cleanup: () => clearInterval(timer) }
}
export { create as createServer }
`,
  }),
} satisfies Shape
