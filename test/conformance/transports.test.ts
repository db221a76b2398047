import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { transportV1 } from '../support/clients.ts'
import { root, serveSse } from '../support/program.ts'
import { chosen, rarely } from '../support/whole.ts'
import { bridge, type Wire } from './bridge.ts'
import { type Revision, runSuite } from './suite.ts'

/** Scenarios about HTTP itself: statuses, headers, streams side by side. */
const aboutHttp = new Set(['server-sse-multiple-streams', 'dns-rebinding-protection', 'server-stateless'])

/** How many scenarios remain. */
const remaining: Record<Revision, number> = { '2025-11-25': 28, '2026-07-28': 34 }

/** The one that no transport changes: see the table of the suite over HTTP. */
const misses: Record<string, readonly string[]> = {
  'sdk-v1 2026-07-28': [
    'input-required-result-basic-elicitation',
    'input-required-result-ignore-extra-params',
  ],
}

async function judge(
  fixture: string,
  revision: Revision,
  shared: boolean,
  open: () => Wire,
): Promise<string> {
  await using front = await bridge(open, shared)
  const { scored, faults } = await runSuite(front.url, revision)
  const judged = scored.filter((name) => !aboutHttp.has(name))
  assert.equal(judged.length, remaining[revision])
  const failed = judged.filter((name) => faults.get(name)?.length !== 0)
  const found = failed.flatMap((name) => [name, ...(faults.get(name) ?? ['did not run'])])
  assert.deepEqual(failed.sort(), [...(misses[`${fixture} ${revision}`] ?? [])], found.join('\n'))
  return `${revision}: ${judged.length - failed.length} of ${judged.length} passed: ${judged.join(', ')}`
}

describe('the scenarios of the official suite that are not about HTTP', { concurrency: 2 }, () => {
  // Over HTTP every change is asked all of it.
  for (const fixture of chosen(['fastmcp', 'sdk-v2', 'sdk-v1'], 3)) {
    const file = `${root}test/conformance/${fixture}.ts`
    const stdio = () => transportV1({ stdio: ['run', file, '--log-level', 'silent'] }) as Wire

    rarely(`${fixture} over stdio, with sessions`, async (t) => {
      t.diagnostic(await judge(fixture, '2025-11-25', true, stdio))
    })

    test(`${fixture} over stdio, in the modern era`, async (t) => {
      t.diagnostic(await judge(fixture, '2026-07-28', true, stdio))
    })

    rarely(`${fixture} over SSE`, async (t) => {
      await using server = await serveSse(file)
      t.diagnostic(await judge(fixture, '2025-11-25', false, () => transportV1({ sse: server.url }) as Wire))
    })
  }
})
