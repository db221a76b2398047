import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { progressAll } from '../steps/live.ts'

export const progressDev: Journey = {
  name: 'progress-dev',
  what: 'progress of a call, under `dev`',
  facets: { command: 'dev', transport: 'http' },
  needs: ['progress'],
  walk: async (cell) =>
    progressAll(await comeTo(cell, 'http', ['dev', '--no-inspector'], ['v1', 'v2', 'modern', 'auto'])),
}
