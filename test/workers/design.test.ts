import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { lines } from '../../scripts/workers/design.ts'
import { rarely } from '../support/whole.ts'

/** A few of what `npm run test:workers -- --design` has many of, of the lines that no other test here has. */
const few: Record<string, number> = { 4: 5, 8: 2, 10: 1 }

describe('what the design asks of workers', () => {
  for (const [number, count] of Object.entries(few)) {
    const line = lines[number]
    rarely(`${number}: ${line?.says}`, async () => {
      const { lost, wrong, note } = (await line?.run(count)) ?? assert.fail('there is no such line')
      assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 }, note)
    })
  }
})
