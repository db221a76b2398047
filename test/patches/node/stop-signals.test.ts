import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

const skip = process.platform === 'win32' && 'no signal can be sent here'

test('handlers of user code wait until they are called', { skip }, async () => {
  const outcome = await runPatched(
    'node/stop-signals',
    `import { StopSignals } from './patch.mjs'
    const before = { on: process.on, off: process.off }
    const signals = new StopSignals(async (signal) => {
      console.log('stop', signal)
      await signals.runUserHandlers(signal)
      signals.release()
      console.log(process.on === before.on && process.off === before.off, process.listenerCount('SIGTERM'))
      clearInterval(alive)
    })
    const alive = setInterval(() => undefined, 1_000)
    for (const name of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'])
      process[name]('SIGTERM', () => console.log('user code by', name))
    const removed = () => console.log('removed')
    for (const name of ['off', 'removeListener']) process.on('SIGTERM', removed)[name]('SIGTERM', removed)
    process.on('SIGINT', removed)
    process.removeAllListeners('SIGINT')
    console.log(process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'))
    process.kill(process.pid, 'SIGTERM')`,
  )
  const names = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']
  const said = ['1 1', 'stop SIGTERM', ...names.map((name) => `user code by ${name}`), 'true 0', '']
  assert.deepEqual(outcome.stdout.split('\n'), said, outcome.stderr)
})

test('a second signal ends the process', { skip }, async () => {
  const outcome = await runPatched(
    'node/stop-signals',
    `import { StopSignals } from './patch.mjs'
    process.on('exit', () => console.log('heard'))
    new StopSignals((signal) => process.kill(process.pid, signal))
    setInterval(() => undefined, 1_000)
    process.kill(process.pid, 'SIGTERM')`,
  )
  assert.deepEqual([outcome.code, outcome.stdout], [128 + 15, ''], outcome.stderr)
})
