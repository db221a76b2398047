import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('the last lines on stderr are kept and written', async () => {
  const outcome = await runPatched(
    'node/stderr-tail',
    `import { StderrTail } from './patch.mjs'
    const tail = new StderrTail()
    console.error('by console')
    console.warn('by warn')
    process.stderr.write(Buffer.from('as bytes\\n'), () => {
      tail.finish()
      console.error('afterwards')
      console.log(tail.lines)
    })`,
  )
  assert.equal(outcome.stderr, 'by console\nby warn\nas bytes\nafterwards\n')
  assert.equal(outcome.stdout, "[ 'by console', 'by warn', 'as bytes' ]\n")
})
