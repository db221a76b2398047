import { CliError, codeOf, messageOf, stackOf, usageError } from '../../../src/terminal/errors.ts'
import { table } from '../../support/table.ts'

const circle: Record<string, unknown> = {}
circle.self = circle

const thrown: readonly (readonly [unknown, string, string?])[] = [
  [new Error('wrong'), 'wrong'],
  ['wrong', 'wrong'],
  ['', ''],
  [undefined, 'undefined'],
  [null, 'null'],
  [{ code: 1 }, '{"code":1}'],
  [12n, '12', 'what JSON cannot hold'],
  [circle, '[object Object]', 'a circle'],
  [Symbol('s'), 'Symbol(s)'],
  [Object.create(null), '{}', 'an object without a prototype'],
]
table('messageOf', messageOf, thrown)
table('stackOf, of what is no error,', stackOf, thrown.slice(1))

table('codeOf', codeOf, [
  [Object.assign(new Error('busy'), { code: 'EADDRINUSE' }), 'EADDRINUSE'],
  [{ code: 'E' }, 'E'],
  [{ code: 1 }, undefined],
  [new Error('plain'), undefined],
  ['EADDRINUSE', undefined],
  [null, undefined],
])

table('whether it is a CliError', (value: unknown) => value instanceof CliError, [
  [usageError('wrong'), true],
  [Object.assign(new Error('of another copy'), { [Symbol.for('fastmcp.error')]: true }), true],
  [new Error('wrong'), false],
  [null, false],
  ['wrong', false],
])
