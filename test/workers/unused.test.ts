import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modulesRun } from '../support/modules-run.ts'
import { root } from '../support/program.ts'
import { call, callModern } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'

/** What only those need who keep sessions, serve with several processes, count or trace. */
const apart =
  /^src\/(store|runner\/workers|serve\/(workers|metrics|tracing)|sessions\/kept|transports\/peers)\/|\/(access-log|offer-news|tls-pair|session-store)\.ts$/

/** What any server asks whether it has that, and is nothing but the question. */
const asked = ['src/serve/tracing/traced.ts', 'src/transports/peers/peers.ts']

test('a server that uses none of it loads none of it, at its start and for its calls', async () => {
  const modules = await modulesRun(`${root}test/fixtures/workers/shared.ts`, [], async (url) => {
    const headers = await openSession(url)
    assert.equal((await call(url, headers, 'count')).status, 200)
    assert.equal((await callModern(url, 'pid')).status, 200)
  })
  assert.ok(modules.has('src/serve/http-port.ts'), [...modules].join())
  assert.deepEqual([...modules].filter((name) => apart.test(name)).sort(), asked)
})
