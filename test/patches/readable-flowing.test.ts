// What makes a stream flow again for its next reader (src/transports/stdio.ts).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A stream that has been read, and was paused when its reader went. */
function left(): PassThrough {
  const stream = new PassThrough()
  const reader = () => undefined
  stream.on('data', reader).off('data', reader).pause()
  return stream
}

test('a stream that was paused stays so for its next reader', async () => {
  const stream = left()
  stream.on('data', () => assert.fail('it flows by itself'))
  stream.write('words')
  await nextTurn()
  assert.equal(stream.isPaused(), true)
})

test('one that has forgotten it flows', async () => {
  const stream = left()
  Reflect.set(stream, 'readableFlowing', null)
  assert.equal(stream.readableFlowing, null)
  stream.write('words')
  const [text] = await once(stream, 'data')
  assert.equal(String(text), 'words')
})
