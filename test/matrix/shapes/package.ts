import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'package',
  what: 'SDK v1, an installed package with a `bin` that connects to stdio',
  facets: { sdk: 'v1', starts: 'elsewhere', modules: 'esm', language: 'js' },
  words: ['forecast-server'],
  abilities: [...all.filter((one) => one !== 'edit'), 'share'],
  without: 'nobody edits an installed package',
  files: (edition) => ({
    'node_modules/forecast-server/package.json': JSON.stringify({
      name: 'forecast-server',
      version: '1.0.0',
      type: 'module',
      bin: { 'forecast-server': './index.js' },
    }),
    'node_modules/forecast-server/index.js': `#!/usr/bin/env node
${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
await createServer().connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
