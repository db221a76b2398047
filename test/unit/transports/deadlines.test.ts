import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deadlines } from '../../../src/transports/http/deadlines.ts'

/** Waits until so many are over; each waits for 20 ms. */
function overAfter(count: number) {
  const over: string[] = []
  let enough: () => void = () => undefined
  const all = new Promise<void>((resolve) => {
    enough = resolve
  })
  const deadlines = new Deadlines<string>(20, (one) => {
    over.push(one)
    if (over.length === count) enough()
  })
  return { deadlines, over, all }
}

test('those that are not done are over in the order in which they began', async () => {
  const { deadlines, over, all } = overAfter(3)
  for (const name of ['a', 'b', 'c']) deadlines.wait(name)
  await all
  assert.deepEqual(over, ['a', 'b', 'c'])
})

test('one that is done is never over, whichever place it had', async () => {
  for (const done of ['first', 'middle', 'last']) {
    const { deadlines, over, all } = overAfter(2)
    const places = new Map(['first', 'middle', 'last'].map((name) => [name, deadlines.wait(name)]))
    const place = places.get(done)
    if (place) deadlines.done(place)
    // A second time must not take its neighbours along.
    if (place) deadlines.done(place)
    await all
    assert.deepEqual(
      over,
      ['first', 'middle', 'last'].filter((name) => name !== done),
    )
  }
})

test('when all are done, those that come later are over in their time', async () => {
  const { deadlines, over, all } = overAfter(1)
  for (let count = 0; count < 3; count++) deadlines.done(deadlines.wait('before'))
  deadlines.wait('later')
  await all
  assert.deepEqual(over, ['later'])
})

test('one may begin to wait when another is over', async () => {
  let ended: (name: string) => void = () => undefined
  const second = new Promise<string>((resolve) => {
    ended = resolve
  })
  const deadlines: Deadlines<string> = new Deadlines(5, (name) => {
    if (name === 'first') deadlines.wait('second')
    else ended(name)
  })
  deadlines.wait('first')
  assert.equal(await second, 'second')
})
