import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../support/clients.ts'
import { Project } from '../support/project.ts'
import { call } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'
import { KeptServer } from './kept-server.ts'

test('ctx.state is kept for code that has replaced what it is built of', async () => {
  using project = new Project({
    'first.mjs': `globalThis.Map = class extends Map {}
globalThis.WeakMap = class extends WeakMap {}
globalThis.Promise = class extends Promise {}
Date.now = () => 0
console.error('replaced')
`,
  })
  await using server = await KeptServer.start('kept.ts', { args: ['--import', project.path('first.mjs')] })
  const headers = await openSession(server.url)
  assert.equal(textOf((await call(server.url, headers, 'count')).result), '1')
  await server.restart()
  assert.match(server.stderr, /replaced/)
  assert.equal(textOf((await call(server.url, headers, 'count')).result), '2')
})
