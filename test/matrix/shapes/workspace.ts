import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'workspace',
  what: 'SDK v1 in a workspace: what is edited is the built JavaScript of another package of it',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['packages/server/server.ts'],
  abilities: [...all, 'share'],
  edited: 'packages/tools/dist/index.js',
  prepare: ({ folder, modules }) => {
    mkdirSync(join(modules, '@matrix'))
    symlinkSync(join(folder, 'packages/tools'), join(modules, '@matrix/tools'))
  },
  files: (edition) => ({
    'package.json': '{ "private": true, "type": "module", "workspaces": ["packages/*"] }',
    'packages/server/package.json': '{ "name": "@matrix/server", "type": "module" }',
    'packages/server/server.ts': `import { createServer } from '@matrix/tools'
export const server = createServer()
`,
    'packages/tools/package.json':
      '{ "name": "@matrix/tools", "version": "1.0.0", "type": "module", "exports": "./dist/index.js" }',
    'packages/tools/dist/index.js': `${serverV1(edition)}
export { createServer }
`,
  }),
} satisfies Shape
