import type { Journey } from '../journey.ts'
import { meetOn } from '../steps/meet.ts'

export default {
  name: 'run-sse',
  what: '`run` on SSE',
  facets: { command: 'run', transport: 'sse' },
  walk: async (cell) => {
    await meetOn(cell, 'sse', ['run'])
  },
} satisfies Journey
