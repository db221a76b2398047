import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

/** Two exceptions and a word wait behind one another, as where listeners for the end of a call throw. */
const begun = `const queue = () => {
  process.nextTick(() => { throw new Error('first') })
  process.nextTick(() => { throw new Error('second') })
  process.nextTick(() => console.log('third'))
}
const abort = globalThis[Symbol.for('fastmcp.aborting')]`

/** Says when the listener that the patch has added is done. */
const observed = `const [hear] = process.listeners('uncaughtException')
process.off('uncaughtException', hear)
process.on('uncaughtException', (error) => { hear(error); console.log('done with', error.message) })`

test('what waits behind an exception that came of the end of a call is run at once', async () => {
  const outcome = await runPatched(
    'node/uncaught-exceptions',
    `import { onUncaught } from './patch.mjs'
    onUncaught((error, endOfCall) => console.log(error.message, endOfCall))
    ${begun}
    ${observed}
    abort.run(true, queue)`,
  )
  const said = ['first true', 'second true', 'done with second', 'third', 'done with first', '']
  assert.deepEqual(outcome.stdout.split('\n'), said, outcome.stderr)
})

test('without process._tickCallback Node goes on by itself', async () => {
  const outcome = await runPatched(
    'node/uncaught-exceptions',
    `import { onUncaught } from './patch.mjs'
    onUncaught((error, endOfCall) => console.log(error.message, endOfCall))
    Object.defineProperty(process, '_tickCallback', { value: undefined })
    ${begun}
    ${observed}
    abort.run(true, queue)`,
  )
  const said = ['first true', 'done with first', 'second true', 'done with second', 'third', '']
  assert.deepEqual(outcome.stdout.split('\n'), said, outcome.stderr)
})

test('user code that listens for its own crashes keeps them, and exits are none', async () => {
  const outcome = await runPatched(
    'node/uncaught-exceptions',
    `import { onUncaught } from './patch.mjs'
    const stop = onUncaught((error) => console.log('taken', error.message))
    const own = (error) => console.log('own', error.message)
    process.once('uncaughtException', own)
    process.nextTick(() => { throw new Error('one') })
    setTimeout(() => { throw new Error('two') }, 10)
    setTimeout(() => { stop(); console.log(process.listenerCount('uncaughtException')) }, 100)`,
  )
  assert.equal(outcome.stdout, 'own one\ntaken two\n0\n', outcome.stderr)
})
