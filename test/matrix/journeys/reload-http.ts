import type { Journey } from '../journey.ts'
import { editOn } from '../steps/edit.ts'

export default {
  name: 'reload-http',
  what: 'five saves under `run --reload` on Streamable HTTP',
  facets: { command: 'reload', transport: 'http' },
  needs: ['edit'],
  waits: true,
  walk: (cell) => editOn(cell, 'http', ['run', '--reload']),
} satisfies Journey
