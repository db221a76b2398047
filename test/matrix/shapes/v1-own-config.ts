import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-own-config',
  what: 'SDK v1, starts itself, beside an exported factory that needs its configuration',
  facets: { sdk: 'v1', starts: 'itself', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
export function createConfigured(config) {
  if (config.units.length === 0) throw new Error('no units')
  return createServer()
}
export { createConfigured as createServer }
await createConfigured({ units: 'metric' }).connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
