import type { Journey } from '../journey.ts'
import { behindUrl } from '../steps/behind.ts'
import { extendAll } from '../steps/extend.ts'

export default {
  name: 'extend-url',
  what: 'an extension and its method, behind a URL',
  facets: { command: 'gateway', transport: 'http' },
  needs: ['extend'],
  walk: async (cell) => extendAll(cell, await behindUrl(cell)),
} satisfies Journey
