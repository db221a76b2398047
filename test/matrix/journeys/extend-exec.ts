import type { Journey } from '../journey.ts'
import { behindExec } from '../steps/behind.ts'
import { extendAll } from '../steps/extend.ts'

export default {
  name: 'extend-exec',
  what: 'an extension and its method, behind `--exec`',
  facets: { command: 'gateway', transport: 'http' },
  needs: ['extend'],
  walk: async (cell) => extendAll(cell, await behindExec(cell)),
} satisfies Journey
