import { ownMeta, withoutMeta } from '../../../src/loader/own-meta.ts'
import { table } from '../../support/table.ts'

const file = '/a/größe "x".ts'
const meta = ownMeta(file)

table('withoutMeta', ([line, column]: readonly [string, number]) => withoutMeta(file, line, column), [
  [[`${meta}let a`, meta.length + 4], { lineText: 'let a', column: 4 }],
  [[`${meta}let a`, 3], { lineText: 'let a', column: 0 }, 'a place within what was put there'],
  [[meta, meta.length], { lineText: '', column: 0 }],
  [['let a', 4], { lineText: 'let a', column: 4 }],
  [[` ${meta}`, 1], { lineText: ` ${meta}`, column: 1 }],
  [[ownMeta('/other.ts'), 1], { lineText: ownMeta('/other.ts'), column: 1 }],
  [['', 0], { lineText: '', column: 0 }],
])
