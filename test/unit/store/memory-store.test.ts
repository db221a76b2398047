import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LayeredStore } from '../../../src/store/memory/layered-store.ts'
import { MemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { SessionRecord } from '../../../src/store/store.ts'

const record: SessionRecord = { initialize: {}, subscriptions: [] }

test('of more sessions than are kept the one that was idle longest goes', async () => {
  const store = new MemoryStore({ maxSessions: 2, expiry: 60 })
  for (const key of ['a', 'b']) await store.save(key, record)
  store.renew(['a'])
  await store.save('c', record)
  const kept = await Promise.all(['a', 'b', 'c'].map((key) => store.load(key)))
  assert.deepEqual(
    kept.map((one) => one !== undefined),
    [true, false, true],
  )
})

test('nobody comes back after the end, nor after it has expired', async () => {
  const store = new MemoryStore({ maxSessions: 2, expiry: 0 })
  await store.save('a', record)
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(await store.load('a'), undefined)
  await store.remove('b')
  await store.save('b', record)
  assert.equal(await store.load('b'), undefined)
})

test('what the store behind has missed it is told once it works again', async () => {
  const behind = new MemoryStore({ maxSessions: 9, expiry: 60 })
  let works = false
  let restored: () => Promise<unknown> = () => Promise.resolve()
  const failing = Object.assign(Object.create(behind), {
    load: (key: string) => behind.load(key),
    save: (key: string, one: SessionRecord) => (works ? behind.save(key, one) : Promise.resolve()),
    keep: (key: string, name: string, text: string | undefined) =>
      works ? behind.keep(key, name, text) : Promise.resolve(),
    onRestored: (listener: () => Promise<unknown>) => {
      restored = listener
    },
  })
  const store = new LayeredStore(new MemoryStore({ maxSessions: 9, expiry: 60 }), failing)
  await store.save('a', record)
  await store.keep('a', 'n', '1')
  const wanted = { record, state: [['n', '1']] }
  assert.deepEqual([await store.load('a'), await behind.load('a')], [wanted, undefined])
  works = true
  await restored()
  assert.deepEqual(await behind.load('a'), wanted)
})
