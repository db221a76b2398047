import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Balancer, balancers, installed, roll } from '../support/rolling.ts'
import { chosen } from '../support/whole.ts'

for (const balancer of chosen(Object.keys(balancers) as Balancer[], 2)) {
  test(`one of three instances behind ${balancer} stops under load, and no call is lost`, {
    skip: !installed(balancer) && `${balancer} is not installed`,
  }, async () => {
    const { calls, faults } = await roll(balancer, 2)
    assert.deepEqual(faults, [])
    assert.ok(calls > 100, `${calls} calls`)
  })
}
