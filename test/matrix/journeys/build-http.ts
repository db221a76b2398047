import type { Journey } from '../journey.ts'
import { buildFor } from '../steps/build.ts'

export default {
  name: 'build-http',
  what: '`build`, then the built file on Streamable HTTP, in an empty folder',
  facets: { command: 'build', transport: 'http' },
  walk: (cell) => buildFor(cell, 'http'),
} satisfies Journey
