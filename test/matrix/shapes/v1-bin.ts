import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v1-bin',
  what: 'SDK v1, a folder whose `bin` is compiled from a file that starts the server',
  facets: { sdk: 'v1', starts: 'elsewhere', modules: 'esm', language: 'ts' },
  words: ['.'],
  abilities: [...all, 'share'],
  edited: 'src/server.ts',
  files: (edition) => ({
    'package.json': '{ "name": "forecasts", "type": "module", "bin": { "forecasts": "./dist/cli.js" } }',
    'tsconfig.json': '{ "compilerOptions": { "rootDir": "src", "outDir": "dist", "module": "nodenext" } }',
    'src/server.ts': `${serverV1(edition)}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
export async function startServer(config: { units: string }) {
  if (config.units.length === 0) throw new Error('no units')
  await createServer().connect(new StdioServerTransport())
}
`,
    'src/cli.ts': `#!/usr/bin/env node
import { startServer } from './server.js'
await startServer({ units: 'metric' })
`,
  }),
} satisfies Shape
