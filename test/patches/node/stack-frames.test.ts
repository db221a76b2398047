import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('stacks are written from their frames, each of which names its place', async () => {
  const outcome = await runPatched(
    'node/stack-frames',
    `import { writeFrames } from './patch.mjs'
    writeFrames((frame) => [frame.getScriptNameOrSourceURL(), frame.getLineNumber(), frame.getColumnNumber(), String(frame)].join(' | '))
function named() { return new TypeError('words').stack }
    console.log(named())
    console.log(Object.defineProperty(new Error(), 'message', { get() { throw new Error() } }).stack)`,
  )
  const [title, frame] = outcome.stdout.split('\n')
  assert.equal(title, 'TypeError: words', outcome.stderr)
  assert.match(frame ?? '', /^file:.*\/main\.mjs \| 3 \| 27 \| named \(file:.*\/main\.mjs:3:27\)$/)
  assert.match(outcome.stdout, /^Error$/m)
})
