import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-factory-async',
  what: 'SDK v1, an asynchronous factory, by name',
  facets: { sdk: 'v1', starts: 'factory', modules: 'esm', language: 'ts' },
  words: ['server.ts:buildServer'],
  abilities: all,
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
export async function buildServer() {
  await new Promise((resolve) => setTimeout(resolve, 20))
  return createServer()
}
`,
  }),
} satisfies Shape
