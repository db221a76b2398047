import assert from 'node:assert/strict'
import { rarely } from '../../support/whole.ts'
import { guards } from './guards.ts'
import { rotate } from './rotate.ts'

// In short what `npm run test:rotation` does for as long as one likes; each check has a quicker test in its own file.
for (const [flag, guard] of Object.entries(guards)) {
  rarely(`${flag}: tokens change under load, and nobody is refused or admitted wrongly`, async () => {
    const { turns, ledger, sessions } = await rotate(guard, { seconds: 2, clients: 6 })
    assert.deepEqual(ledger.faults, [])
    assert.equal(sessions.lost, 0)
    assert.ok(turns > 0 && sessions.kept > 0, `${turns} turns, ${sessions.kept} calls`)
  })
}
