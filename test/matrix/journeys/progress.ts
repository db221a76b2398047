import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { progressAll } from '../steps/live.ts'

export default {
  name: 'progress',
  what: 'progress of a call',
  facets: { command: 'run', transport: 'http' },
  needs: ['progress'],
  walk: async (cell) => progressAll(await comeTo(cell, 'http', ['run'], ['v1', 'v2', 'modern', 'auto'])),
} satisfies Journey
