import type { Journey } from '../journey.ts'
import { editOn } from '../steps/edit.ts'

export default {
  name: 'dev-sse',
  what: 'five saves under `dev` on SSE',
  facets: { command: 'dev', transport: 'sse' },
  needs: ['edit'],
  waits: true,
  walk: (cell) => editOn(cell, 'sse', ['dev', '--no-inspector']),
} satisfies Journey
