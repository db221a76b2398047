import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-helpers',
  what: 'SDK v1, connects itself, and exports helpers and a class',
  facets: { sdk: 'v1', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.mjs': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
export class Store {}
export function add(a, b) {
  return a + b
}
createServer().connect(new StdioServerTransport()).then(() => console.error('connected'))
`,
  }),
} satisfies Shape
