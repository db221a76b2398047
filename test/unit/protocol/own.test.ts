import { own, setOwn } from '../../../src/protocol/own.ts'
import { table } from '../../support/table.ts'

table('own', (name: string) => own({ a: 1, ['__proto__']: 2 }, name), [
  ['a', 1],
  ['b', undefined],
  ['__proto__', 2],
  ['constructor', undefined],
  ['toString', undefined],
  ['', undefined],
])

table(
  'setOwn',
  (name: string) => {
    const object: Record<string, number> = {}
    setOwn(object, name, 1)
    setOwn(object, name, 2)
    return [Object.entries(object), Object.getPrototypeOf(object) === Object.prototype]
  },
  [
    ['a', [[['a', 2]], true]],
    ['', [[['', 2]], true]],
    ['__proto__', [[['__proto__', 2]], true]],
    ['constructor', [[['constructor', 2]], true]],
  ],
)
