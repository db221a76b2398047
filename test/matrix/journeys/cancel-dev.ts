import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { cancelAll } from '../steps/live.ts'

export const cancelDev: Journey = {
  name: 'cancel-dev',
  what: 'a call is given up, under `dev`',
  facets: { command: 'dev', transport: 'http' },
  needs: ['cancel'],
  walk: async (cell) =>
    cancelAll(await comeTo(cell, 'http', ['dev', '--no-inspector'], ['v1', 'v2', 'modern', 'auto'])),
}
