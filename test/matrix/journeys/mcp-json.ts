import type { Journey } from '../journey.ts'
import { inMcpJson } from '../steps/behind.ts'
import { meet } from '../steps/meet.ts'

export default {
  name: 'mcp-json',
  what: 'in an `mcp.json`',
  facets: { command: 'gateway', transport: 'http' },
  walk: async (cell) => meet(cell, await inMcpJson(cell)),
} satisfies Journey
