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

/** Two ends of a channel, in one process, of which the first can be kept from hearing. */
function wire() {
  const ends = [new EventEmitter(), new EventEmitter()] as const
  const waiting: object[] = []
  const first = { deaf: false }
  const carrier = (own: 0 | 1) => ({
    send: (message: object) => {
      // As words travel between processes.
      const sent = JSON.parse(JSON.stringify(message))
      if (own === 1 && first.deaf) waiting.push(sent)
      else queueMicrotask(() => ends[own === 0 ? 1 : 0].emit('message', sent))
    },
    onMessage: (hear: (message: unknown) => void) => void ends[own].on('message', hear),
  })
  /** Lets it hear one word, or all. */
  const hears = (count = waiting.length) => {
    for (const message of waiting.splice(0, count)) ends[0].emit('message', message)
  }
  return { here: carrier(0), there: carrier(1), first, hears }
}

/** A process that has joined, and what it has heard. */
function joined(board: Switchboard, name: string) {
  const { here, there, first, hears } = wire()
  const heard: Word[] = []
  let store: WorkerStore | undefined
  const line = new Line(here, (word) => {
    if (word[0] !== 'addresses') heard.push(word)
    return store?.hear(word)
  })
  store = new WorkerStore(name, line)
  const member: Member = { name, line: new Line(there, (word) => board.hear(member, word)) }
  board.join(member)
  return { store, heard, member, first, hears }
}

/** A process that goes by what it hears of texts. */
function holding(board: Switchboard, name: string) {
  const one = joined(board, name)
  const texts = new Map<string, string | undefined>()
  const nothing = () => undefined
  one.store.listen({
    state: async (_, name, text) => void texts.set(name, text),
    ...{ changed: async () => undefined, ended: async () => undefined },
    ...{ message: async () => undefined, texts: nothing, moved: nothing, offers: nothing, settled: nothing },
  })
  const keep = (text: string) => {
    texts.set('n', text)
    return one.store.keep('k', 'n', text)
  }
  return { ...one, texts, keep }
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
    await a.store.pass('k', message, 'c')
    await a.store.pass('k', message)
    await a.store.pass('k', message, 'gone')
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

  test('what a process was told of changes and has not been seen to hear is told to the next stream', async () => {
    const shared = new Switchboard(new MemoryStore({ maxSessions: 10, expiry: 60 }))
    const [a, b] = [joined(shared, 'a'), joined(shared, 'b')]
    await b.store.save('k', record)
    await a.store.load('k')
    await a.store.carry('k')
    b.store.announce({ kind: 'tools' })
    await settled()
    // It asks again once it has heard what was said before the last answer.
    for (let at = 0; at < 2; at++) shared.hear(a.member, ['sync'])
    b.store.announce({ kind: 'prompts' })
    await settled()
    shared.leave(a.member)
    assert.deepEqual((await b.store.carry('k')).changes, [{ kind: 'prompts' }])
  })

  test('one at a time owns a session, and the next when it is gone', async () => {
    const board = new Switchboard(new MemoryStore({ maxSessions: 10, expiry: 60 }))
    const [a, b] = [joined(board, 'a'), joined(board, 'b')]
    assert.deepEqual([await a.store.claim('k'), await b.store.claim('k')], ['a', 'a'])
    board.leave(a.member)
    assert.equal(await b.store.claim('k'), 'b')
  })
})

describe('whatever comes between', () => {
  const board = () => new Switchboard(new MemoryStore({ maxSessions: 10, expiry: 60 }))

  test('two that keep a text at once go by the same in the end, which is what is kept', async () => {
    const shared = board()
    const [a, b] = [holding(shared, 'a'), holding(shared, 'b')]
    await a.store.save('k', record)
    await b.store.load('k')
    for (const turns of [0, 1, 2, 3, 4]) {
      const first = a.keep(`a${turns}`)
      for (let at = 0; at < turns; at++) await Promise.resolve()
      await Promise.all([first, b.keep(`b${turns}`), a.keep(`c${turns}`)])
      await settled()
      const kept = (await a.store.load('k'))?.state[0]?.[1]
      assert.deepEqual([a.texts.get('n'), b.texts.get('n')], [kept, kept], String(turns))
    }
  })

  test('of two changes that are said together none is lost', async () => {
    const a = joined(board(), 'a')
    await a.store.save('k', record, { method: 'initialize', params: {} })
    const uris = ['a://1', 'a://2', 'a://3']
    const subscribe = (uri: string) =>
      a.store.save(
        'k',
        { ...record, subscriptions: [uri] },
        { method: 'resources/subscribe', params: { uri } },
      )
    await Promise.all(uris.map(subscribe))
    assert.deepEqual((await a.store.load('k'))?.record.subscriptions, uris)
  })

  test('what one has said before it ended does not make it hold, own or carry anything', async () => {
    const shared = board()
    const [a, b] = [joined(shared, 'a'), joined(shared, 'b')]
    await b.store.save('k', record)
    shared.leave(a.member)
    await a.store.load('k')
    await a.store.claim('k')
    await a.store.carry('k')
    b.store.post('k', 'one')
    assert.equal(await b.store.claim('k'), 'b')
    assert.deepEqual((await b.store.carry('k')).texts, ['one'])
    await b.store.keep('k', 'n', '1')
    assert.deepEqual(a.heard, [])
  })

  test('one that brings a session back hears of it, although it has just let go of it', async () => {
    const shared = board()
    const [a, b] = [joined(shared, 'a'), joined(shared, 'b')]
    await b.store.save('k', record)
    const loading = a.store.load('k')
    a.store.left('k')
    await loading
    await b.store.keep('k', 'n', '1')
    assert.deepEqual(a.heard, [['state', 'k', 'n', '1', 1]])
  })

  test('one that was kept from hearing goes by nothing before it has heard all', async () => {
    const shared = board()
    const [a, b] = [holding(shared, 'a'), holding(shared, 'b')]
    await b.store.save('k', record)
    await a.store.load('k')
    a.first.deaf = true
    const asked = a.store.current()
    await settled()
    // Nobody waits for one that hangs any longer than this.
    await b.keep('1')
    let went: string | undefined
    const going = a.store.current()?.then(() => {
      went = a.texts.get('n')
    })
    // The answer to what it has asked before.
    a.hears(1)
    await asked
    await settled()
    a.first.deaf = false
    a.hears()
    await going
    assert.equal(went, '1')
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
