import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventId, eventIdText, readEventId } from '../../../src/sessions/event-id.ts'
import { EventLog } from '../../../src/sessions/event-log.ts'

const rows: [id: EventId, text: string][] = [
  [{ from: undefined, stream: 3, index: 4, request: undefined }, '3-4'],
  [{ from: 'abc123', stream: 3, index: 4, request: undefined }, 'abc123.3-4'],
  [{ from: 'abc123', stream: 3, index: 4, request: 7 }, 'abc123.3-4.Nw'],
  [{ from: 'abc123', stream: 3, index: 4, request: '7' }, 'abc123.3-4.Ijci'],
  [{ from: 'abc123', stream: 3, index: 4, request: 'ü\n' }, 'abc123.3-4.IsO8XG4i'],
  [{ from: 'abc123', stream: 3, index: 4, request: null }, 'abc123.3-4.'],
]

for (const [id, text] of rows) {
  test(`${text} is ${JSON.stringify(id)}`, () => {
    assert.equal(eventIdText(id), text)
    assert.deepEqual(readEventId(text), id)
  })
}

test('a request whose id is long is not named', () => {
  assert.equal(eventIdText({ from: 'a', stream: 1, index: 2, request: 'x'.repeat(65) }), 'a.1-2.')
})

test('ids that nobody has given out are none', () => {
  for (const text of [
    '',
    '3',
    '3-',
    '-4',
    'A.3-4',
    '3-4.Nw',
    'a.3-4.N w',
    'a.b.3-4',
    `a.3-4.${'N'.repeat(600)}`,
    '3-4\n',
  ])
    assert.equal(readEventId(text), undefined, text)
  assert.equal(readEventId('a.3-4.!')?.request, undefined)
  assert.equal(readEventId('a.3-4.e30')?.request, null, 'an object is no id')
})

test('a log knows its own ids, and those of another process', () => {
  const log = new EventLog(undefined, 'own')
  const [aside, answer] = [log.open(), log.open('q')]
  assert.deepEqual(log.find(log.append(aside, 'x').id), { stream: aside, next: 1 })
  const { id } = log.append(answer, 'y')
  assert.deepEqual(log.find(id), { stream: answer, next: 1 })
  assert.equal(log.ofOther(id), undefined)
  const theirs = id.replace('own', 'other')
  assert.equal(log.find(theirs), undefined)
  assert.equal(log.ofOther(theirs)?.request, 'q')
  assert.equal(
    new EventLog().ofOther(theirs),
    undefined,
    'where nothing outlives a process there is no other',
  )
})
