import type { Journey } from '../journey.ts'
import { editOn } from '../steps/edit.ts'

export default {
  name: 'dev-stdio',
  what: 'five saves under `dev` on stdio',
  facets: { command: 'dev', transport: 'stdio' },
  needs: ['edit'],
  waits: true,
  walk: (cell) => editOn(cell, 'stdio', ['dev', '--no-inspector']),
} satisfies Journey
