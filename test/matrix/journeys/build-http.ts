import type { Journey } from '../journey.ts'
import { buildFor } from '../steps/build.ts'

export const buildHttp: Journey = {
  name: 'build-http',
  what: '`build`, then the built file on Streamable HTTP, in an empty folder',
  facets: { command: 'build', transport: 'http' },
  walk: (cell) => buildFor(cell, 'http'),
}
