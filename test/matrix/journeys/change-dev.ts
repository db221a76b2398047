import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { changeAll, isShared } from '../steps/live.ts'

export const changeDev: Journey = {
  name: 'change-dev',
  what: 'a tool is added at run time, under `dev`',
  facets: { command: 'dev', transport: 'http' },
  needs: ['grow'],
  walk: async (cell) =>
    changeAll(await comeTo(cell, 'http', ['dev', '--no-inspector'], ['v1', 'v2']), isShared(cell)),
}
