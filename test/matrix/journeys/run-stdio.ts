import type { Journey } from '../journey.ts'
import { meetOn } from '../steps/meet.ts'

export default {
  name: 'run-stdio',
  what: '`run` on stdio',
  facets: { command: 'run', transport: 'stdio' },
  walk: async (cell) => {
    await meetOn(cell, 'stdio', ['run'])
  },
} satisfies Journey
