import type { Journey } from '../journey.ts'
import { editOn } from '../steps/edit.ts'

export default {
  name: 'dev-http',
  what: 'five saves under `dev` on Streamable HTTP',
  facets: { command: 'dev', transport: 'http' },
  needs: ['edit'],
  waits: true,
  walk: (cell) => editOn(cell, 'http', ['dev', '--no-inspector']),
} satisfies Journey
