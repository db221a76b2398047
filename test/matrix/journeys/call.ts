import assert from 'node:assert/strict'
import type { Journey } from '../journey.ts'
import { printed } from '../steps/printed.ts'

export default {
  name: 'call',
  what: '`call`',
  facets: { command: 'ask', transport: 'none' },
  walk: async (cell) => {
    assert.equal(await printed(cell, 'call', 'echo', 'text=again'), 'again\n')
  },
} satisfies Journey
