import type { Journey } from '../journey.ts'
import { behindExec } from '../steps/behind.ts'
import { meet } from '../steps/meet.ts'

export default {
  name: 'exec',
  what: 'behind `run --exec`',
  facets: { command: 'gateway', transport: 'http' },
  walk: async (cell) => meet(cell, await behindExec(cell)),
} satisfies Journey
