import type { Journey } from '../journey.ts'
import { answerAfterSave } from '../steps/ask-save.ts'

export default {
  name: 'ask-save',
  what: 'a save between a question and its answer',
  facets: { command: 'dev', transport: 'http' },
  needs: ['ask', 'edit'],
  overlaps: true,
  waits: true,
  walk: answerAfterSave,
} satisfies Journey
