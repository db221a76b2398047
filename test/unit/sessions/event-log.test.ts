import { EventLog } from '../../../src/sessions/event-log.ts'
import { table } from '../../support/table.ts'

/** Two streams, with three events and one. */
const log = () => {
  const events = new EventLog()
  const [first, second] = [events.open(1), events.open('a')]
  for (const data of ['a', 'b', 'c']) events.append(first, data)
  events.append(second, 'd')
  return events
}

table('EventLog.find', (id: string) => log().find(id), [
  ['0-0', { stream: 0, next: 1 }],
  ['0-2', { stream: 0, next: 3 }],
  ['1-0', { stream: 1, next: 1 }],
  ['0-3', undefined, 'an event that has not been'],
  ['2-0', undefined, 'a stream that has not been'],
  ['', undefined],
  ['0', undefined],
  ['-0-0', undefined],
  ['0-0-0', undefined],
  ['0-0\n', undefined],
  [' 0-0', undefined],
  ['0x0-0', undefined],
  ['٠-٠', undefined],
  ['__proto__', undefined],
  [`0-${'0'.repeat(1_000)}`, undefined],
  ['1e0-0', undefined],
])

table(
  'what is replayed after an event id',
  (id: string) => {
    const events = log()
    const position = events.find(id)
    return position && events.from(position.stream, position.next).map(({ data }) => data)
  },
  [
    ['0-0', ['b', 'c']],
    ['0-2', []],
    ['1-0', []],
    ['9-9', undefined],
  ],
)
