import type { Journey } from '../journey.ts'
import { buildFor } from '../steps/build.ts'

export default {
  name: 'build-stdio',
  what: '`build`, then the built file on stdio, in an empty folder',
  facets: { command: 'build', transport: 'stdio' },
  walk: (cell) => buildFor(cell, 'stdio'),
} satisfies Journey
