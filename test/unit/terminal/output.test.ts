import { column } from '../../../src/terminal/output.ts'
import { table } from '../../support/table.ts'

table('column', (rows: readonly (readonly [string, string])[]) => column(rows, 6), [
  [[], []],
  [
    [
      ['a', 'first'],
      ['bcd', 'second'],
    ],
    ['  a     first', '  bcd   second'],
  ],
  [[['abcde', 'fits']], ['  abcde fits']],
  [[['abcdef', 'is too wide']], ['  abcdef\n        is too wide']],
  [[['', '']], ['        ']],
])
