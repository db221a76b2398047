import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowInstalls } from '../support/limits.ts'
import { authScenarios, clientFaults } from './client-suite.ts'

allowInstalls()

/** Scenarios of the suite's version, so that one that runs fewer does not pass for one that runs all. */
const known = 33

/** What is not done, all of it of extensions. One that begins to pass must leave this list. */
const misses: Record<string, string> = {
  'auth/client-credentials-jwt': 'a program says who it is by a secret, not by a key of its own (RFC 7523)',
  'auth/enterprise-managed-authorization':
    'needs the token of a company login, which a command line has none of',
  'auth/wif-jwt-bearer': 'needs the identity that a cloud gives its workloads',
  'auth/dpop': 'tokens are not bound to a key (RFC 9449)',
  'auth/dpop-nonce': 'tokens are not bound to a key (RFC 9449)',
}

test('list and call pass the scenarios of the official suite in which a client logs in', async (t) => {
  const scenarios = await authScenarios()
  assert.equal(scenarios.length, known)
  const failed: string[] = []
  const told: string[] = []
  for (const scenario of scenarios) {
    const faults = await clientFaults(scenario)
    const { name, revision = 'extension' } = scenario
    t.diagnostic(`${faults.length === 0 ? 'passed' : 'FAILED'}  ${name}  ${revision}`)
    if (faults.length === 0) continue
    failed.push(name)
    told.push(name, ...faults)
  }
  assert.deepEqual(failed.sort(), Object.keys(misses).sort(), told.join('\n'))
})
