import type { Journey } from '../journey.ts'
import { editOn } from '../steps/edit.ts'

export default {
  name: 'reload-stdio',
  what: 'five saves under `run --reload` on stdio',
  facets: { command: 'reload', transport: 'stdio' },
  needs: ['edit'],
  waits: true,
  walk: (cell) => editOn(cell, 'stdio', ['run', '--reload']),
} satisfies Journey
