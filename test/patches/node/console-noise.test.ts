import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('what is printed to stdout through console is counted and printed', async () => {
  const outcome = await runPatched(
    'node/console-noise',
    `import { countConsoleNoise } from './patch.mjs'
    const count = countConsoleNoise()
    console.log('by log')
    console.info('by info')
    console.debug('by debug')
    console.table(['by table'])
    console.dir('by dir')
    console.error('by error')
    process.stderr.write(String(count()))`,
  )
  assert.equal(outcome.stderr, 'by error\n5')
  for (const word of ['log', 'info', 'debug', 'table', 'dir'])
    assert.match(outcome.stdout, new RegExp(`by ${word}`))
})
