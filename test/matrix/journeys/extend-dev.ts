import type { Journey } from '../journey.ts'
import { comeTo } from '../steps/come.ts'
import { extendAll } from '../steps/extend.ts'

export default {
  name: 'extend-dev',
  what: 'an extension and its method, under `dev`',
  facets: { command: 'dev', transport: 'http' },
  needs: ['extend'],
  walk: async (cell) =>
    extendAll(cell, await comeTo(cell, 'http', ['dev', '--no-inspector'], ['v1', 'v2', 'modern', 'auto'])),
} satisfies Journey
