import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'takes-lock',
  what: 'SDK v1, connected to stdio, holding a lock file while it runs',
  facets: { sdk: 'v1', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['server.mjs'],
  abilities: [...all, 'share'],
  alone: true,
  files: (edition) => ({
    'server.mjs': `${serverV1(edition)}
import { closeSync, openSync, rmSync } from 'node:fs'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const lock = new URL('server.lock', import.meta.url)
closeSync(openSync(lock, 'wx'))
process.on('exit', () => rmSync(lock, { force: true }))
await createServer().connect(new StdioServerTransport())
`,
  }),
} satisfies Shape
