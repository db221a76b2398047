import type { Journey } from '../journey.ts'
import { askAll } from '../steps/ask.ts'
import { comeTo } from '../steps/come.ts'

export default {
  name: 'ask-stdio',
  what: 'questions in a call, on stdio',
  facets: { command: 'run', transport: 'stdio' },
  needs: ['ask'],
  walk: async (cell) => askAll(cell, await comeTo(cell, 'stdio', ['run'], ['v1', 'v2'])),
} satisfies Journey
