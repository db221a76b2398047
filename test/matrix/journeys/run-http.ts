import type { Journey } from '../journey.ts'
import { meetOn } from '../steps/meet.ts'

export default {
  name: 'run-http',
  what: '`run` on Streamable HTTP',
  facets: { command: 'run', transport: 'http' },
  walk: async (cell) => {
    await meetOn(cell, 'http', ['run'])
  },
} satisfies Journey
