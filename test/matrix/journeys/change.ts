import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { changeAll, isShared } from '../steps/live.ts'

export default {
  name: 'change',
  what: 'a tool is added at run time',
  facets: { command: 'run', transport: 'http' },
  needs: ['grow'],
  alters: true,
  walk: async (cell) => changeAll(await comeTo(cell, 'http', ['run'], ['v1', 'v2']), isShared(cell)),
} satisfies Journey
