import type { Journey } from '../journey.ts'
import { returnAfterSave } from '../steps/ask-save.ts'

export default {
  name: 'ask-state',
  what: 'a save between a `requestState` and its return',
  facets: { command: 'dev', transport: 'http' },
  needs: ['state', 'edit'],
  waits: true,
  walk: returnAfterSave,
} satisfies Journey
