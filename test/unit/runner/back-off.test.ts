import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackOff } from '../../../src/runner/workers/back-off.ts'

test('who ends soon comes back ever later, and at once after it has served for a while', () => {
  const backOff = new BackOff()
  const waits = [0, 0, 0, 10, 2_500, 0].map((served) => backOff.after(served))
  assert.deepEqual(waits, [0, 100, 200, 400, 0, 100])
  for (let at = 0; at < 10; at++) backOff.after(0)
  assert.equal(backOff.after(0), 10_000)
})
