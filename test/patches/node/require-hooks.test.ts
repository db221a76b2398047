import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireNeedsPatch } from '../../../src/patches/node/require-hooks.ts'
import { runPatched } from '../../support/patched.ts'

const skip = !requireNeedsPatch && 'hooks of this Node reach all of require'

test('require asks hooks where a name leads, and has what they compile', { skip }, async () => {
  const outcome = await runPatched(
    'node/require-hooks',
    `import { createRequire } from 'node:module'
    import { requireByHooks } from './patch.mjs'
    const at = (name) => ({ url: new URL(name, import.meta.url).href })
    requireByHooks({
      resolve: (spec) => (spec === 'own' ? at('own.ts') : undefined),
      missing: (spec) => (spec === './lost' ? at('found.cjs') : undefined),
      required: (url) => (url.endsWith('.ts') ? { code: 'exports.own = 1', format: 'commonjs' } : undefined),
    })
    const require = createRequire(import.meta.url)
    console.log(require('own').own, require('./own').own, require('./lost'), require('./usual.cjs'))`,
    {
      files: {
        'own.ts': 'export const own: number = 2',
        'found.cjs': "module.exports = 'found'",
        'usual.cjs': "module.exports = 'usual'",
      },
    },
  )
  assert.equal(outcome.stdout, '1 1 found usual\n', outcome.stderr)
})
