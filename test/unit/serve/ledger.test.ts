import { table } from '../../support/table.ts'
import { type Call, Ledger } from '../../trust/rotation/ledger.ts'

const ledger = new Ledger(100)
ledger.grant('kept', 1_000)
ledger.grant('gone', 1_000)
ledger.revoke('gone', 2_000)
ledger.leave(5_000)(6_000)

const call = (token: string, began: number, ended: number, status = 200): Call => ({
  token,
  began,
  ended,
  status,
})

table('what a call says of a guard whose tokens change,', (one: Call) => ledger.judge(one), [
  [call('kept', 1_000, 1_010), 'right'],
  [call('kept', 900, 1_010), 'right', 'granted while it was under way'],
  [call('kept', 900, 990), 'wrongly admitted'],
  [call('never', 1_000, 1_010), 'wrongly admitted'],
  [call('never', 1_000, 1_010, 401), 'right'],
  [call('kept', 1_000, 1_010, 401), 'wrongly refused'],
  [call('kept', 900, 1_010, 401), 'right'],
  [call('kept', 1_000, 1_010, 405), 'right', 'it has been let in'],
  [call('kept', 1_000, 1_010, 404), 'wrongly refused', 'its session is gone'],
  [call('kept', 1_000, 1_010, 500), 'wrongly refused'],
  [call('gone', 1_990, 2_010, 401), 'right'],
  [call('gone', 2_090, 2_300), 'right', 'within its limit'],
  [call('gone', 2_110, 2_300), 'wrongly admitted'],
  [call('gone', 2_110, 2_300, 401), 'right'],
  [call('kept', 4_000, 4_010, 503), 'wrongly refused'],
  [call('kept', 5_500, 5_510, 503), 'unavailable'],
  [call('kept', 5_500, 5_510, 401), 'wrongly refused', 'nobody can know that it is bad'],
  [call('never', 5_500, 5_510), 'wrongly admitted'],
])
