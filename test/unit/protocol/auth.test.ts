import { type AuthInfo, propertyOf, subjectOf } from '../../../src/protocol/auth.ts'
import { table } from '../../support/table.ts'

class Caller {
  readonly clientId = 'of the object'
  get scopes() {
    return ['of the class']
  }
}

table('propertyOf', ([value, name]: readonly [object, string]) => propertyOf(value, name), [
  [[{ a: 1 }, 'a'], 1],
  [[{ a: 1 }, 'b'], undefined],
  [[new Caller(), 'clientId'], 'of the object'],
  [[new Caller(), 'scopes'], ['of the class']],
  [[{}, 'toString'], undefined, 'what every object has'],
  [[Object.create({ a: 1 }), 'a'], 1],
  [[Object.create(null), 'a'], undefined],
  [[JSON.parse('{"__proto__":1}'), '__proto__'], 1],
])

const auth = (parts: object) => ({ token: 't', clientId: 'c', scopes: [], ...parts }) as AuthInfo

table(
  'whether two callers are one subject',
  ([one, other]: readonly [AuthInfo | undefined, AuthInfo | undefined]) =>
    subjectOf(one) === subjectOf(other),
  [
    [[undefined, undefined], true],
    [[auth({}), undefined], false],
    [[auth({}), auth({ token: 'renewed' })], true],
    [[auth({}), auth({ clientId: 'other' })], false],
    [[auth({ extra: { sub: 'a' } }), auth({ extra: { sub: 'a' } })], true],
    [[auth({ extra: { sub: 'a' } }), auth({ extra: { sub: 'b' } })], false],
    [[auth({ extra: { sub: 'a', iss: 'x' } }), auth({ extra: { sub: 'a', iss: 'y' } })], false],
    [[auth({ extra: { sub: 'a' } }), auth({ extra: { sub: ['a'] } })], false],
    [
      [auth({ clientId: '' }), auth({ clientId: '', token: 'other' })],
      false,
      'with nothing else the token counts',
    ],
    [[auth({ clientId: '' }), auth({ clientId: '' })], true],
  ],
)
