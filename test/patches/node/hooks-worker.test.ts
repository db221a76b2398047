import assert from 'node:assert/strict'
import Module from 'node:module'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

const skip = 'registerHooks' in Module && 'hooks of this Node run where the modules do'

test('hooks in a thread of Node are told of the entry, and change it before it runs', { skip }, async () => {
  const outcome = await runPatched(
    'node/hooks-worker',
    `import Module from 'node:module'
    const { port1, port2 } = new MessageChannel()
    Module.register('./patch.mjs', import.meta.url, { data: { entries: port2 }, transferList: [port2] })
    port1.unref()
    port1.postMessage(new URL('entry.mjs', import.meta.url).href)
    await import('./entry.mjs')`,
    { files: { 'entry.mjs': "console.log('main', import.meta.main)" } },
  )
  assert.equal(outcome.stdout, 'main true\n', outcome.stderr)
})

test('what starts servers is changed, and nothing else', async () => {
  const outcome = await runPatched(
    'node/hooks-worker',
    `import { load } from './patch.mjs'
    const loaded = (source) => load('file:///x.mjs', {}, () => Promise.resolve({ format: 'module', source }))
    const { source } = await loaded(Buffer.from('function serveStdio(a, b = {}) {}'))
    console.log(/fastmcp\\.capture/.test(source))
    const plain = { format: 'module', source: 'export {}' }
    console.log((await load('file:///y.mjs', {}, () => Promise.resolve(plain))) === plain)`,
  )
  assert.equal(outcome.stdout, 'true\ntrue\n', outcome.stderr)
})
