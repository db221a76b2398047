import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('the line to the parent is ours, and the process ends with it', async () => {
  const outcome = await runPatched(
    'node/parent-line',
    `import { fork } from 'node:child_process'
    import { takeParentLine } from './patch.mjs'
    if (process.argv[2] === 'child') {
      const say = takeParentLine((heard) => void say({ heard, send: typeof process.send }))
      setInterval(() => undefined, 1_000)
    } else {
      const child = fork(process.argv[1], ['child'], { serialization: 'advanced' })
      child.once('message', (message) => {
        console.log(message)
        child.disconnect()
      })
      child.once('exit', (code) => console.log('ended', code))
      child.send(new Map([['a', 1]]))
    }`,
  )
  assert.equal(outcome.stdout, "{ heard: Map(1) { 'a' => 1 }, send: 'undefined' }\nended 0\n", outcome.stderr)
})
