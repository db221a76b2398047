import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Balancer, balancers, installed, roll } from '../support/rolling.ts'

for (const balancer of Object.keys(balancers) as Balancer[]) {
  test(`one of three instances behind ${balancer} stops under load, and no call is lost`, {
    skip: !installed(balancer) && `${balancer} is not installed`,
  }, async () => {
    const { calls, faults } = await roll(balancer, 2)
    assert.deepEqual(faults, [])
    assert.ok(calls > 100, `${calls} calls`)
  })
}
