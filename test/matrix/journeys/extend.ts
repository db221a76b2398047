import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { extendAll } from '../steps/extend.ts'

export default {
  name: 'extend',
  what: 'an extension and its method',
  facets: { command: 'run', transport: 'http' },
  needs: ['extend'],
  walk: async (cell) => extendAll(cell, await comeTo(cell, 'http', ['run'], ['v1', 'v2', 'modern', 'auto'])),
} satisfies Journey
