import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProgramSlots } from '../../src/remote/program/program-slots.ts'

test('a place that is released twice is free once', async () => {
  const places = new ProgramSlots(2)
  const first = await places.take(undefined)
  const second = await places.take(undefined)
  first.leave()
  assert.equal(places.full, false)
  for (let times = 0; times < 2; times++) first.release()
  first.leave()
  await places.take(undefined)
  assert.equal(places.full, true)
  const waiting = places.take(undefined)
  first.release()
  assert.equal(
    await Promise.race([waiting, new Promise((resolve) => setImmediate(resolve, 'waits'))]),
    'waits',
  )
  second.release()
  await waiting
})

test('only so many wait; the next is refused at once, and those get a place each in their order', async () => {
  const places = new ProgramSlots(1)
  let place = await places.take(undefined)
  const waiting = Array.from({ length: 256 }, () => places.take(undefined))
  await assert.rejects(places.take(undefined), /all 1 programs/)
  for (const next of waiting) {
    place.release()
    place = await next
  }
  place.release()
  assert.equal(places.full, false)
})
