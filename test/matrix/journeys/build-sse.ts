import type { Journey } from '../journey.ts'
import { buildFor } from '../steps/build.ts'

export default {
  name: 'build-sse',
  what: '`build`, then the built file on SSE, in an empty folder',
  facets: { command: 'build', transport: 'sse' },
  walk: (cell) => buildFor(cell, 'sse'),
} satisfies Journey
