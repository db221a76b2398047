import type { Journey } from '../journey.ts'
import { askAll } from '../steps/ask.ts'
import { comeTo } from '../steps/come.ts'

export default {
  name: 'ask-dev',
  what: 'questions in a call, under `dev`',
  facets: { command: 'dev', transport: 'http' },
  needs: ['ask'],
  walk: async (cell) =>
    askAll(cell, await comeTo(cell, 'http', ['dev', '--no-inspector'], ['v1', 'modern'], { deaf: true })),
} satisfies Journey
