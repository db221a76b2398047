import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { MemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { SessionRecord } from '../../../src/store/store.ts'
import { Line, type Word } from '../../../src/store/workers/line.ts'
import { MissedChanges } from '../../../src/store/workers/missed-changes.ts'
import { changedRecord } from '../../../src/store/workers/record-change.ts'
import { type Member, Switchboard } from '../../../src/store/workers/switchboard.ts'
import { WaitingTexts } from '../../../src/store/workers/waiting-texts.ts'
import { WorkerStore } from '../../../src/store/workers/worker-store.ts'

const record: SessionRecord = { initialize: { protocolVersion: '2025-11-25' }, subscriptions: [] }

/** Two ends of a channel, in one process. */
function wire() {
  const ends = [new EventEmitter(), new EventEmitter()] as const
  const carrier = (own: 0 | 1) => ({
    send: (message: object) =>
      void queueMicrotask(() => ends[own === 0 ? 1 : 0].emit('message', structuredClone(message))),
    onMessage: (hear: (message: unknown) => void) => void ends[own].on('message', hear),
  })
  return [carrier(0), carrier(1)] as const
}

/** A process that has joined, and what it has heard. */
function joined(board: Switchboard, name: string) {
  const [here, there] = wire()
  const heard: Word[] = []
  let store: WorkerStore | undefined
  const line = new Line(here, (word) => {
    if (word[0] !== 'places') heard.push(word)
    return store?.hear(word)
  })
  store = new WorkerStore(name, line)
  const member: Member = { name, line: new Line(there, (word) => board.hear(member, word)) }
  board.join(member)
  return { store, heard, member }
}

const settled = async () => {
  for (let at = 0; at < 5; at++) await turn()
}

describe('between processes', () => {
  test('what one keeps the others hear that hold the session, and nobody else', async () => {
    const board = new Switchboard(new MemoryStore({ maxSessions: 10, expiry: 60 }))
    const [a, b, c] = [joined(board, 'a'), joined(board, 'b'), joined(board, 'c')]
    await a.store.save('k', record, { method: 'initialize', params: {} })
    assert.deepEqual((await b.store.load('k'))?.record, record)
    assert.equal(await c.store.load('other'), undefined)
    await a.store.keep('k', 'n', '1')
    await b.store.save(
      'k',
      { ...record, level: 'error' },
      { method: 'logging/setLevel', params: { level: 'error' } },
    )
    await settled()
    assert.deepEqual(
      [a.heard.map(([kind]) => kind), b.heard.map(([kind]) => kind), c.heard],
      [['changed'], ['state'], []],
    )
    assert.deepEqual(await c.store.load('k'), { record: { ...record, level: 'error' }, state: [['n', '1']] })
    b.store.left('k')
    await a.store.remove('k')
    await settled()
    assert.deepEqual([b.heard.at(-1)?.[0], c.heard.at(-1)?.[0]], ['state', 'ended'])
    await b.store.save('k', record)
    assert.equal(await a.store.load('k'), undefined)
  })

  test('a message goes to the process that it names, or to all that hold the session', async () => {
    const board = new Switchboard(new MemoryStore({ maxSessions: 10, expiry: 60 }))
    const [a, b, c] = [joined(board, 'a'), joined(board, 'b'), joined(board, 'c')]
    await a.store.save('k', record)
    await b.store.load('k')
    const message = { jsonrpc: '2.0', id: 'c.1', result: {} } as const
    a.store.pass('k', message, 'c')
    a.store.pass('k', message)
    a.store.pass('k', message, 'gone')
    await settled()
    assert.deepEqual(
      [a, b, c].map(({ heard }) => heard.filter(([kind]) => kind === 'message').length),
      [0, 1, 1],
    )
  })

  test('texts for a stream wait for it, and for the next when it ends before they were sent', async () => {
    const board = new Switchboard(new MemoryStore({ maxSessions: 10, expiry: 60 }))
    const [a, b] = [joined(board, 'a'), joined(board, 'b')]
    await a.store.save('k', record, { method: 'initialize', params: {} })
    a.store.post('k', 'one')
    b.store.announce({ kind: 'tools' })
    assert.deepEqual(await b.store.carry('k'), { texts: ['one'], changes: [{ kind: 'tools' }] })
    b.store.sent('k', 1)
    a.store.post('k', 'two')
    await settled()
    assert.deepEqual(b.heard, [['texts', 'k', ['two']]])
    board.leave(b.member)
    assert.deepEqual(await a.store.carry('k'), { texts: ['two'], changes: [] })
  })

  test('one at a time owns a session, and the next when it is gone', async () => {
    const board = new Switchboard(new MemoryStore({ maxSessions: 10, expiry: 60 }))
    const [a, b] = [joined(board, 'a'), joined(board, 'b')]
    assert.deepEqual([await a.store.claim('k'), await b.store.claim('k')], ['a', 'a'])
    board.leave(a.member)
    assert.equal(await b.store.claim('k'), 'b')
  })
})

test('of two who change a record at once neither undoes what the other has said', () => {
  const subscribe = (uri: string) => ({ method: 'resources/subscribe', params: { uri } })
  const one = changedRecord(record, { ...record, subscriptions: ['a'] }, subscribe('a'))
  const both = changedRecord(one, { ...record, subscriptions: ['b'] }, subscribe('b'))
  assert.deepEqual(both.subscriptions, ['a', 'b'])
  const left = changedRecord(both, record, { method: 'resources/unsubscribe', params: { uri: 'a' } })
  assert.deepEqual(left.subscriptions, ['b'])
  assert.equal(
    changedRecord(left, record, { method: 'logging/setLevel', params: { level: 'error' } }).level,
    'error',
  )
})

test('texts that wait are bounded, the oldest go', () => {
  const texts = new WaitingTexts()
  for (let at = 0; at < 1_100; at++) texts.add('k', String(at))
  assert.equal(texts.give('k')[0], '100')
  assert.deepEqual(texts.give('k'), [])
  texts.takeBack('k')
  assert.equal(texts.give('k').length, 1_000)
})

test('a session that has no stream is told later what has changed meanwhile, each change once', () => {
  const changes = new MissedChanges()
  changes.add({ kind: 'prompts' })
  changes.begin('k')
  changes.add({ kind: 'tools' })
  changes.add({ kind: 'tools' })
  assert.deepEqual(changes.end('k'), [{ kind: 'tools' }])
  assert.deepEqual(changes.end('k'), [])
})
