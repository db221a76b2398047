import type { Journey } from '../journey.ts'
import { behindUrl } from '../steps/behind.ts'
import { meet } from '../steps/meet.ts'

export default {
  name: 'url',
  what: 'behind `run` of a URL',
  facets: { command: 'gateway', transport: 'http' },
  walk: async (cell) => meet(cell, await behindUrl(cell)),
} satisfies Journey
