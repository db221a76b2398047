import type { Journey } from '../journey.ts'
import { editOn } from '../steps/edit.ts'

export default {
  name: 'reload-sse',
  what: 'five saves under `run --reload` on SSE',
  facets: { command: 'reload', transport: 'sse' },
  needs: ['edit'],
  waits: true,
  walk: (cell) => editOn(cell, 'sse', ['run', '--reload']),
} satisfies Journey
