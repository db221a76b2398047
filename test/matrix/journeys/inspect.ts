import assert from 'node:assert/strict'
import { first } from '../edition.ts'
import type { Journey } from '../journey.ts'
import { namesOf, printed } from '../steps/printed.ts'

export default {
  name: 'inspect',
  what: '`inspect --json`',
  facets: { command: 'ask', transport: 'none' },
  walk: async (cell) => {
    const said = JSON.parse(await printed(cell, 'inspect', '--json'))
    assert.equal(said.serverInfo.name, 'matrix')
    assert.deepEqual(namesOf(said.tools), cell.toolsOf(first))
  },
} satisfies Journey
