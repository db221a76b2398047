import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Listeners } from '../../src/serve/modern/listeners.ts'
import { Budget, type Holder, sizeOf } from '../../src/sessions/budget.ts'
import { EventLog, eventLimits } from '../../src/sessions/event-log.ts'
import { EvictionQueue, type Occupant, waitForRoom } from '../../src/sessions/eviction.ts'
import { StoredState, stateLimit } from '../../src/sessions/stored-state.ts'

/** Keeps what it is told to, in pieces of one size; a busy one gives up nothing. */
class Keeper implements Holder {
  readonly owner: unknown
  readonly #budget: Budget
  readonly #busy: boolean
  kept = 0

  constructor(budget: Budget, owner?: string, busy = false) {
    this.#budget = budget
    this.owner = owner ?? this
    this.#busy = busy
  }

  keep(pieces: number): this {
    this.kept += pieces
    this.#budget.hold(this, pieces)
    return this
  }

  evict(): boolean {
    if (this.#busy || this.kept === 0) return false
    this.kept--
    this.#budget.release(this, 1)
    return true
  }
}

describe('a budget', () => {
  test('takes from whoever keeps most, down to a little below the limit', () => {
    const budget = new Budget(100)
    const [small, large, next] = [new Keeper(budget), new Keeper(budget), new Keeper(budget)]
    small.keep(10)
    large.keep(60)
    next.keep(31)
    assert.deepEqual([small.kept, large.kept, next.kept, budget.used], [10, 49, 31, 90])
  })

  test('weighs together what one owner keeps', () => {
    const budget = new Budget(100)
    const many = Array.from({ length: 9 }, () => new Keeper(budget, 'flood').keep(9))
    const one = new Keeper(budget, 'other').keep(20)
    assert.equal(one.kept, 20)
    assert.equal(
      many.reduce((sum, { kept }) => sum + kept, 0),
      70,
    )
    // The one that has been idle longest gave way.
    assert.deepEqual(
      many.map(({ kept }) => kept),
      [0, 7, 9, 9, 9, 9, 9, 9, 9],
    )
  })

  test('never takes from those who keep less than whoever asks, though that leaves it too full', () => {
    const budget = new Budget(100)
    const small = new Keeper(budget).keep(7)
    const busy = new Keeper(budget, undefined, true).keep(94)
    assert.deepEqual([small.kept, busy.kept, budget.used], [7, 94, 101])
    budget.release(busy)
    assert.equal(budget.used, 7)
  })

  test('counts what is released, and no more than was held', () => {
    const budget = new Budget(100)
    const keeper = new Keeper(budget).keep(10)
    budget.release(keeper, 4)
    assert.equal(budget.used, 6)
    budget.release(keeper, 400)
    budget.release(keeper)
    assert.equal(budget.used, 0)
  })

  test('is an eighth of the heap, and no more than 64 MiB', () => {
    assert.ok(new Budget().limit <= 64 * 1024 * 1024)
    assert.ok(new Budget().limit > 8 * 1024 * 1024)
  })
})

describe('the events of a session', () => {
  const sizes = (log: EventLog, stream: number) => log.from(stream, 0).map(({ data }) => data.length)

  test('that were delivered go at once when they are large, and soon when they are small', () => {
    const log = new EventLog(new Budget(1e9))
    const [first, second] = [log.open(1), log.open(2)]
    log.append(first, 'x'.repeat(500_000))
    log.append(first, 'short')
    log.append(second, 'undelivered')
    log.end(first)
    log.delivered(first)
    assert.deepEqual([sizes(log, first), sizes(log, second)], [[5], [11]])
  })

  test('that a client says it has are delivered', () => {
    const log = new EventLog(new Budget(1e9))
    const stream = log.open(1)
    for (let sent = 0; sent < 5; sent++) log.append(stream, 'x'.repeat(50_000))
    log.delivered(stream, 3)
    assert.equal(sizes(log, stream).length, 3)
    assert.equal(log.endLostAfter(stream, 3), undefined)
  })

  test('whose end is lost name the request, and else nothing is said to be lost', () => {
    const log = new EventLog(new Budget(1e9))
    const stream = log.open('seven')
    log.mark(stream)
    log.append(stream, 'x'.repeat(500_000))
    log.end(stream)
    assert.equal(log.endLostAfter(stream, 1), undefined)
    log.delivered(stream)
    assert.deepEqual(log.endLostAfter(stream, 1), { request: 'seven', last: '0-1' })
    assert.equal(log.endLostAfter(stream, 2), undefined)
    assert.deepEqual(log.find('0-1'), { stream, next: 2 })
  })

  test('are forgotten with their stream, of which a few that ended are known', () => {
    const log = new EventLog(new Budget(1e9))
    const streams = Array.from({ length: eventLimits.ended + 1 }, (_, id) => {
      const stream = log.open(id)
      log.append(stream, 'answer')
      log.end(stream)
      return stream
    })
    const [oldest = -1, next = -1] = streams
    assert.deepEqual([sizes(log, oldest), sizes(log, next)], [[], [6]])
    assert.deepEqual(log.endLostAfter(oldest, 1), { request: undefined, last: '' })
  })

  test('stay within a budget for all, at the cost of the session that keeps most', () => {
    const budget = new Budget(1_000_000)
    const [small, large, other] = [new EventLog(budget), new EventLog(budget), new EventLog(budget)]
    const streams = [small, large, other].map((log) => log.open(1))
    small.append(0, 'x'.repeat(1_000))
    for (let sent = 0; sent < 6; sent++) large.append(0, 'x'.repeat(100_000))
    for (let sent = 0; sent < 4; sent++) other.append(0, 'x'.repeat(100_000))
    assert.deepEqual(streams, [0, 0, 0])
    assert.deepEqual([sizes(small, 0).length, sizes(other, 0).length], [1, 4])
    assert.ok(sizes(large, 0).length < 6 && budget.used <= 1_000_000)
    large.clear()
    small.clear()
    other.clear()
    assert.equal(budget.used, 0)
  })

  test('too large to be kept are sent all the same, and lost', () => {
    const budget = new Budget(1e9)
    const log = new EventLog(budget)
    const stream = log.open(1)
    log.append(stream, 'before')
    const { index } = log.append(stream, 'x'.repeat(eventLimits.newest))
    assert.deepEqual([index, sizes(log, stream), budget.used < 1_000], [1, [6], true])
    assert.deepEqual(log.endLostAfter(stream, 0), { request: 1, last: '0-1' })
  })
})

test('what one caller listens to is weighed together, against another who listens to more at once', () => {
  const listeners = new Listeners(1_000)
  const add = (owner: string, megabytes: number) => {
    const left = new AbortController()
    listeners.add(left, owner, ['x'.repeat(megabytes * 1_000_000)])
    return left
  }
  const other = add('other', 5)
  const flood = Array.from({ length: 80 }, () => add('flood', 1))
  assert.equal(other.signal.aborted, false)
  assert.equal(flood[0]?.signal.aborted, true)
  assert.equal(flood.at(-1)?.signal.aborted, false)
  for (const one of [other, ...flood]) one.abort()
})

describe('who makes room', () => {
  const session = (name: string, about: Partial<Occupant> = {}): Occupant & { name: string } => ({
    ...{
      name,
      subject: undefined,
      busySince: undefined,
      used: false,
      streams: 0,
      lastSeen: 5,
      closed: false,
    },
    ...about,
  })
  const busy = { busySince: 1 }

  for (const [what, subject, sessions, expected] of [
    ['nobody, where all are being served', undefined, [session('a', busy), session('b', busy)], undefined],
    [
      'one never used, before one that was',
      undefined,
      [session('a', { used: true, lastSeen: 1 }), session('b')],
      'b',
    ],
    ['one not listened to, before one that is', undefined, [session('a', { streams: 1 }), session('b')], 'b'],
    [
      'one never used but listened to, before one that was used',
      undefined,
      [session('a', { used: true, lastSeen: 1 }), session('b', { streams: 1 })],
      'b',
    ],
    [
      'the one that has been idle longest',
      undefined,
      [session('a', { lastSeen: 3 }), session('b', { lastSeen: 2 }), session('c', { lastSeen: 4 })],
      'b',
    ],
    [
      'one of whoever has the most',
      'new',
      [
        session('a', { subject: 'x' }),
        session('b', { subject: 'y', used: true }),
        session('c', { subject: 'y' }),
      ],
      'c',
    ],
    [
      'one of its own, where others have no more',
      'x',
      [session('a', { subject: 'y' }), session('b', { subject: 'x', used: true })],
      'b',
    ],
    [
      'nobody who has fewer, though all of its own are being served',
      'x',
      [
        session('a', { subject: 'y' }),
        session('b', { subject: 'x', ...busy }),
        session('c', { subject: 'x', ...busy }),
      ],
      undefined,
    ],
    ['somebody, for a caller who has none', 'new', [session('a', { subject: 'x' })], 'a'],
  ] as const)
    test(what, () =>
      assert.equal(
        new EvictionQueue<(typeof sessions)[number]>().next(() => sessions, subject)?.name,
        expected,
      ),
    )

  test('one after the other, and none that has been seen since it was chosen', () => {
    const sessions = ['a', 'b', 'c'].map((name, lastSeen) => ({ ...session(name), lastSeen }))
    const evictions = new EvictionQueue<(typeof sessions)[number]>()
    const next = () => evictions.next(() => sessions.filter(({ closed }) => !closed), undefined)
    const first = next()
    Object.assign(first ?? {}, { closed: true })
    Object.assign(sessions[1] ?? {}, { lastSeen: 9 })
    assert.deepEqual([first?.name, next()?.name], ['a', 'c'])
  })

  /** A full house, which looks at all for whoever comes so many times. */
  function house(subjects: readonly (string | undefined)[]) {
    const sessions = subjects.map((subject, at) => ({
      ...session(String(at), { subject, used: true }),
      lastSeen: at,
      closed: false,
    }))
    const evictions = new EvictionQueue<(typeof sessions)[number]>()
    let looks = 0
    const all = () => {
      looks++
      return sessions.filter(({ closed }) => !closed)
    }
    const come = (name: string, about: Partial<Occupant> = {}) => {
      const leaving = evictions.next(all, about.subject)
      if (leaving) leaving.closed = true
      const one = { ...session(name, about), lastSeen: 1_000, closed: false }
      sessions.push(evictions.add(one))
      return leaving?.name
    }
    return { sessions, come, looks: () => looks }
  }

  for (const subject of [undefined, 'x'])
    test(`without looking at all for each, though all are used (${subject})`, () => {
      const { come, looks } = house(Array.from({ length: 500 }, () => subject))
      const left = Array.from({ length: 300 }, (_, at) => come(`new ${at}`, { subject, used: true }))
      assert.deepEqual(
        left,
        Array.from({ length: 300 }, (_, at) => String(at)),
      )
      assert.ok(looks() < 10, `looked at all ${looks()} times`)
    })

  test('of those who have come since, one never used before one that was', () => {
    const { come, looks } = house(Array.from({ length: 500 }, () => undefined))
    const left = ['a', 'b', 'c'].map((name) => come(name))
    assert.deepEqual([...left, come('d', { used: true }), come('e')], ['0', 'a', 'b', 'c', '1'])
    assert.equal(looks(), 1)
  })

  test('never so many of one caller that it has fewer than whoever comes', () => {
    const { sessions, come } = house(Array.from({ length: 20 }, () => 'x'))
    for (const one of sessions) one.used = false
    for (let at = 0; at < 19; at++) come(`new ${at}`, { subject: 'y', used: true })
    const left = sessions.filter(({ closed, subject }) => !closed && subject === 'x')
    assert.equal(left.length, 10)
  })

  test('is said when asking again is worth while', () => {
    const waits = (busySince: readonly number[], remaining: number, now: number) =>
      waitForRoom(
        busySince.map((since) => session('', { busySince: since })),
        remaining,
        now,
      )
    assert.equal(waits([0], 0, 0), 1)
    assert.equal(waits([0], 4_200, 0), 5)
    assert.equal(waits([0, 9_000], 0, 12_000), 3)
    assert.equal(waits([0], 1e9, 0), 300)
  })
})

test('what is kept with a session has its size counted, whatever becomes of it', () => {
  let taken = 0
  const store = new StoredState((more) => {
    taken += more
    return true
  })
  store.set('key', 'x'.repeat(1_000)).set('other', 'y')
  store.set('key', 'x'.repeat(10))
  assert.equal(taken, 19)
  store.delete('other')
  assert.throws(() => store.set('large', 'x'.repeat(stateLimit)), RangeError)
  assert.equal(store.get('large'), undefined)
  assert.throws(() => new StoredState(() => false).set('a', 'b'), RangeError)
  store.clear()
  assert.deepEqual([taken, store.size], [0, 0])
})

test('the size of a value is about that of its JSON, however deep it is', () => {
  for (const value of [{ a: [1, 'two', null, { b: 'x'.repeat(1_000) }] }, 'text', 7, null]) {
    const length = JSON.stringify(value).length
    assert.ok(Math.abs(sizeOf(value) - length) < 40, `${sizeOf(value)} is not about ${length}`)
  }
  const deep = JSON.parse(`${'['.repeat(300_000)}${']'.repeat(300_000)}`)
  assert.ok(sizeOf(deep) > 600_000)
  assert.ok(sizeOf(deep, 1_000) < 2_000)
})
