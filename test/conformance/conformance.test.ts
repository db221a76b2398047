import assert from 'node:assert/strict'
import { test } from 'node:test'
import { root, serveHttp } from '../support/program.ts'
import { chosen } from '../support/whole.ts'
import { type Revision, runSuite } from './suite.ts'

/** How many scenarios each revision requires, so that a suite that runs fewer does not pass for one that runs all. */
const required: Record<Revision, number> = { '2025-11-25': 30, '2026-07-28': 37 }

/** Scenarios beyond the required ones that must pass without a warning all the same. */
const beyond: Record<Revision, readonly string[]> = {
  '2025-11-25': ['server-session-lifecycle', 'json-schema-2020-12', 'server-sse-polling'],
  '2026-07-28': ['json-schema-2020-12', 'http-header-validation', 'http-custom-header-server-validation'],
}

/** What a server of SDK v1 cannot give modern clients, and why. One that begins to pass must leave this list. */
const misses: Record<string, Partial<Record<Revision, Record<string, string>>>> = {
  'sdk-v1': {
    '2026-07-28': {
      'input-required-result-basic-elicitation':
        'wants the question under a key of its own, and a handler of SDK v1 cannot name what it asks',
      'input-required-result-ignore-extra-params':
        'answers a question under a key of its own before it was asked, which starts the handler anew',
    },
  },
}

for (const fixture of chosen(['fastmcp', 'sdk-v2', 'sdk-v1'], 2)) {
  test(`${fixture}: one process passes the official suite in both eras`, async (t) => {
    await using server = await serveHttp(`${root}test/conformance/${fixture}.ts`)
    for (const revision of Object.keys(required) as Revision[]) {
      const { scored, faults } = await runSuite(server.url, revision)
      assert.equal(scored.length, required[revision])
      const judged = [...scored, ...beyond[revision]]
      const missing = judged.filter((name) => !faults.has(name))
      assert.deepEqual(missing, [], 'scenarios that did not run')
      const failed = judged.filter((name) => faults.get(name)?.length !== 0)
      const passed = judged.filter((name) => !failed.includes(name))
      t.diagnostic(`${revision}: ${passed.length} of ${judged.length} passed: ${passed.join(', ')}`)
      const found = failed.flatMap((name) => [name, ...(faults.get(name) ?? [])])
      assert.deepEqual(failed.sort(), Object.keys(misses[fixture]?.[revision] ?? {}).sort(), found.join('\n'))
    }
  })
}
