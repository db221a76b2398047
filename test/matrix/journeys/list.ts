import assert from 'node:assert/strict'
import { first } from '../edition.ts'
import type { Journey } from '../journey.ts'
import { printed } from '../steps/printed.ts'

export default {
  name: 'list',
  what: '`list`',
  facets: { command: 'ask', transport: 'none' },
  walk: async (cell) => {
    const text = await printed(cell, 'list')
    for (const name of cell.toolsOf(first)) assert.match(text, new RegExp(`\\b${name}\\b`))
  },
} satisfies Journey
