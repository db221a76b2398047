import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { changeAll, isShared } from '../steps/live.ts'

export default {
  name: 'change-modern',
  what: 'a tool is added at run time, for listeners of 2026-07-28',
  facets: { command: 'run', transport: 'http' },
  needs: ['grow', 'share'],
  alters: true,
  walk: async (cell) => changeAll(await comeTo(cell, 'http', ['run'], ['modern', 'v1']), isShared(cell)),
} satisfies Journey
