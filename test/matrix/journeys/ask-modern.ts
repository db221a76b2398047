import type { Journey } from '../journey.ts'
import { askAll } from '../steps/ask.ts'
import { comeTo } from '../steps/come.ts'

export default {
  name: 'ask-modern',
  what: 'questions in a call of 2026-07-28',
  facets: { command: 'run', transport: 'http' },
  needs: ['ask'],
  walk: async (cell) => askAll(cell, await comeTo(cell, 'http', ['run'], ['modern', 'auto'])),
} satisfies Journey
