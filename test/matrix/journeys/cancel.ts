import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { cancelAll } from '../steps/live.ts'

export default {
  name: 'cancel',
  what: 'a call is given up',
  facets: { command: 'run', transport: 'http' },
  needs: ['cancel'],
  walk: async (cell) => cancelAll(cell, await comeTo(cell, 'http', ['run'], ['v1', 'v2', 'modern', 'auto'])),
} satisfies Journey
