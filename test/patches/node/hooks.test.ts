import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runPatched } from '../../support/patched.ts'
import { root } from '../../support/program.ts'

const worker = pathToFileURL(`${root}dist/capture-hooks.js`).href

test('modules of an SDK are changed before they run, in either format, and the entry is the program', async () => {
  const outcome = await runPatched(
    'node/hooks',
    `import { instrumentModules, makeMain } from './patch.mjs'
    globalThis[Symbol.for('fastmcp.capture')] = {
      connect: (_core, transport) => Promise.resolve(console.log('caught', transport)),
      noteSdk: () => undefined,
    }
    instrumentModules(new URL(${JSON.stringify(worker)}))
    makeMain(new URL('entry.mjs', import.meta.url).href)
    await import('./entry.mjs')
    await import('./other.mjs')`,
    {
      files: {
        'entry.mjs': `import { Server } from '@modelcontextprotocol/sdk/server/index.js'
        import './common.cjs'
        console.log('main', import.meta.main)
        await new Server({ name: 'a', version: '1' }).connect('a module')`,
        'common.cjs': `const { Server } = require('@modelcontextprotocol/sdk/server/index.js')
        void new Server({ name: 'a', version: '1' }).connect('CommonJS')`,
        'other.mjs': "console.log('other', import.meta.main === true)",
      },
    },
  )
  assert.equal(outcome.stderr, '')
  assert.equal(outcome.stdout, 'caught CommonJS\nmain true\ncaught a module\nother false\n')
})
