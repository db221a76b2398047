import type { Journey } from '../journey.ts'
import { inMcpJson } from '../steps/behind.ts'
import { extendAll } from '../steps/extend.ts'

export default {
  name: 'extend-mcp-json',
  what: 'an extension and its method, in an `mcp.json`',
  facets: { command: 'gateway', transport: 'http' },
  needs: ['extend'],
  walk: async (cell) => extendAll(cell, await inMcpJson(cell)),
} satisfies Journey
