import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export const v2ExportDefault: Shape = {
  name: 'v2-export-default',
  what: 'SDK v2, the default export, in `.mjs`',
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: [...all, 'share'],
  files: (edition) => ({
    'server.mjs': `${serverV2(edition)}
export default createServer()
`,
  }),
}
