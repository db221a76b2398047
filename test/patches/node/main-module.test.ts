import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

const guarded = `console.log(require.main === module, require('path').basename(require.main.filename))
exports.value = 1`

test('a CommonJS file sees another main module, in its own folder', async () => {
  const outcome = await runPatched(
    'node/main-module',
    `import { usePlaceholderMain } from './patch.mjs'
    import { createRequire } from 'node:module'
    import { fileURLToPath } from 'node:url'
    usePlaceholderMain(fileURLToPath(new URL('guarded.cjs', import.meta.url)))
    createRequire(import.meta.url)('./guarded.cjs')
    await import('./again.cjs')`,
    { files: { 'guarded.cjs': guarded, 'again.cjs': guarded } },
  )
  assert.equal(outcome.stdout, 'false fastmcp\nfalse fastmcp\n', outcome.stderr)
})

test('a CommonJS file is loaded as the program', async () => {
  const outcome = await runPatched(
    'node/main-module',
    `import { loadAsMain } from './patch.mjs'
    import { fileURLToPath } from 'node:url'
    console.log(loadAsMain(fileURLToPath(new URL('guarded.cjs', import.meta.url))))`,
    { files: { 'guarded.cjs': guarded } },
  )
  assert.equal(outcome.stdout, 'true guarded.cjs\n{ value: 1 }\n', outcome.stderr)
})
