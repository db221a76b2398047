import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { cancelAll, changeAll, isShared, progressAll } from '../steps/live.ts'

export default {
  name: 'live-dev',
  what: 'progress, calls given up and a tool added at run time, under `dev`',
  facets: { command: 'dev', transport: 'http' },
  needs: ['progress'],
  alters: true,
  walk: async (cell) => {
    const people = await comeTo(cell, 'http', ['dev', '--no-inspector'], ['v1', 'v2', 'modern', 'auto'])
    const { abilities } = cell.shape
    await progressAll(people)
    if (abilities.includes('cancel')) await cancelAll(cell, people)
    const legacy = people.filter(({ kind }) => kind === 'v1' || kind === 'v2')
    if (abilities.includes('grow')) await changeAll(legacy, isShared(cell))
  },
} satisfies Journey
