import { failureWords, tellable } from '../../../src/library/define/failure.ts'
import { table } from '../../support/table.ts'

const because = (message: string, cause: unknown) => new Error(message, { cause })
const coded = (message: string, code: string) => Object.assign(new Error(message), { code })
const circle = because('round', undefined)
circle.cause = because('and round', circle)
const closed = {
  get message(): string {
    throw new Error('no')
  },
}
/** As axios throws them: with the request, and what was in it. */
const request = { message: 'status 401', config: { headers: { authorization: 'Bearer secret' } } }

table('failureWords', failureWords, [
  [new Error('wrong'), 'wrong'],
  [
    because('fetch failed', coded('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')),
    'fetch failed: connect ECONNREFUSED 127.0.0.1:1',
  ],
  [
    because(
      'fetch failed',
      Object.assign(new AggregateError([coded('connect ECONNREFUSED ::1:1', 'X')]), { code: 'ECONNREFUSED' }),
    ),
    'fetch failed: ECONNREFUSED: connect ECONNREFUSED ::1:1',
    'as Node tells of several attempts',
  ],
  [because('cannot read: no file', new Error('no file')), 'cannot read: no file', 'said already'],
  [because('a', because('b', because('c', 'd'))), 'a: b: c: d'],
  [circle, 'round: and round'],
  [because('1', because('2', because('3', because('4', because('5', because('6', 'x')))))), '1: 2: 3: 4: 5'],
  [new Error('x'.repeat(2_000)), `${'x'.repeat(1_000)}…`],
  [new TypeError(''), 'TypeError'],
  [coded('', 'EPIPE'), 'EPIPE'],
  ['a text', 'a text'],
  ['', 'an empty text was thrown'],
  [undefined, 'undefined was thrown'],
  [null, 'null was thrown'],
  [12n, '12'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 1, 'a function was thrown'],
  [{ code: 404, reason: 'not here' }, '{"code":404,"reason":"not here"}'],
  [request, 'status 401'],
  [{ status: 401, config: request.config }, '{"status":401}', 'nothing deeper, which may be secret'],
  [{ response: {} }, 'an object was thrown, with response'],
  [{}, 'an empty object was thrown'],
  [closed, 'an object was thrown that cannot be read'],
])

const told = new Error('wrong')
table('tellable', (thrown: unknown) => tellable(thrown) === thrown, [
  [told, true],
  [because('a', told), false],
  ['a text', false],
])
