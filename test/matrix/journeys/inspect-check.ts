import assert from 'node:assert/strict'
import type { Journey } from '../journey.ts'
import { printed } from '../steps/printed.ts'

export default {
  name: 'inspect-check',
  what: '`inspect --check`',
  facets: { command: 'ask', transport: 'none' },
  walk: async (cell) => {
    // It ends with exit code 1 when there is anything to find.
    assert.match(await printed(cell, 'inspect', '--check'), /offers +\d+ tools?/)
  },
} satisfies Journey
