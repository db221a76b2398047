import type { Journey } from '../journey.ts'
import { askAll } from '../steps/ask.ts'
import { comeTo } from '../steps/come.ts'

export default {
  name: 'ask-no-stream',
  what: 'questions in a call, without a GET stream',
  facets: { command: 'run', transport: 'http' },
  needs: ['ask', 'call-stream'],
  walk: async (cell) => askAll(cell, await comeTo(cell, 'http', ['run'], ['v1', 'v2'], { deaf: true })),
} satisfies Journey
