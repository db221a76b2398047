import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('a file that is not there has a true path, and no other', async () => {
  const outcome = await runPatched(
    'node/built-in-file',
    `import fs, { realpath, realpathSync } from 'node:fs'
    import { realpath as promised } from 'node:fs/promises'
    import { promisify } from 'node:util'
    import { standForFile } from './patch.mjs'
    standForFile('/nowhere/server.ts')
    const all = async (path) => [
      realpathSync(path), realpathSync.native(path), await promised(path), await fs.promises.realpath(path),
      await promisify(realpath)(path),
    ]
    console.log((await all('/nowhere/server.ts')).join(' '))
    await all('/nowhere/other.ts').catch((error) => console.log(error.code))
    console.log((await all('/')).join(' '))`,
  )
  const file = '/nowhere/server.ts'
  const expected = [Array(5).fill(file).join(' '), 'ENOENT', '/ / / / /', ''].join('\n')
  assert.equal(outcome.stdout, expected, outcome.stderr)
})
