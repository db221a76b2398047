import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'worker',
  what: 'a Cloudflare Worker',
  facets: { sdk: 'v2', starts: 'elsewhere', modules: 'esm', language: 'ts' },
  words: ['index.ts'],
  abilities: ['edit'],
  loads: 5,
  files: (edition) => ({
    'index.ts': `import { DurableObject } from 'cloudflare:workers'
import { createMcpHandler } from '@modelcontextprotocol/server'
${serverV2(edition)}
export class Sessions extends DurableObject {}
export default createMcpHandler(() => createServer())
`,
    'wrangler.toml': 'name = "worker"\nmain = "index.ts"\n',
  }),
} satisfies Shape
