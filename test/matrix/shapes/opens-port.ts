import { all, serverV1 } from '../dialects/v1.ts'
import { portOf } from '../port-of.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'opens-port',
  what: 'SDK v1, exported, beside a port that the file opens for something else',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  alone: true,
  files: async (edition, place) => ({
    'server.ts': `${serverV1(edition)}
import { createServer as createHttpServer } from 'node:http'
export const server = createServer()
createHttpServer((_, response) => response.end('called back')).listen(${await portOf(place)}, '127.0.0.1')
`,
  }),
} satisfies Shape
