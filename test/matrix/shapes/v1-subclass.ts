import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-subclass',
  what: 'SDK v1, an export whose class extends `McpServer`',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': serverV1(edition)
      .replace('new McpServer(', 'new OwnServer(')
      .concat(`
class OwnServer extends McpServer {
  readonly #made = Date.now()
  get age(): number {
    return Date.now() - this.#made
  }
}
export const server = createServer()
`),
  }),
} satisfies Shape
