import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { drive } from './drive.ts'
import { deepest, known } from './known.ts'
import { minimised } from './minimise.ts'
import { type Road, roads } from './roads.ts'
import { shown } from './tree.ts'

const { FASTMCP_FUZZ_SEED = '1126', FASTMCP_FUZZ_SECONDS } = process.env
const seed = Number(FASTMCP_FUZZ_SEED)
/** A few roads for every change; with a time given, all of them. */
const driven = FASTMCP_FUZZ_SECONDS === undefined ? roads.filter(({ often }) => often) : roads
const each = (Number(FASTMCP_FUZZ_SECONDS ?? 12) * 1000) / driven.length

describe(`whatever is sent is answered, and whoever else is there is served (FASTMCP_FUZZ_SEED=${seed})`, () => {
  for (const [index, road] of driven.entries()) test(road.name, (t) => check(road, seed + index, t))
})

async function check(road: Road, own: number, t: { diagnostic(text: string): void }): Promise<void> {
  const first = [...known(road.modern), ...(road.deepest || FASTMCP_FUZZ_SECONDS ? deepest(road.modern) : [])]
  const findings = await drive(road, { seed: own, milliseconds: each, first })
  t.diagnostic(`${findings.sent} messages, the other client answered ${findings.witnessed} times`)
  if (findings.faults.length === 0) return
  // Said now: making it small may take longer than the test has.
  t.diagnostic(findings.faults.join('; '))
  const trees = await minimised(road, findings, own)
  const sent = trees.map((tree) => `  ${shown(tree)}`).join('\n')
  assert.fail(
    `${road.name}, seed ${own}: ${findings.faults.join('; ')}\nsent:\n${sent}\nstderr:\n${findings.words.slice(-2_000)}`,
  )
}
