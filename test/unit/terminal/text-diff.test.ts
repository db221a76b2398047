import { diffLines } from '../../../src/terminal/text-diff.ts'
import { table } from '../../support/table.ts'

const lines = (count: number) => Array.from({ length: count }, (_, at) => `${at}\n`).join('')

table(
  'diffLines',
  ([before, after]: readonly [string | undefined, string | undefined]) => diffLines('a.json', before, after),
  [
    [['a\n', 'a\n'], ['a.json']],
    [
      [undefined, 'a\n'],
      ['a.json (new)', '  +a'],
    ],
    [
      ['a\n', undefined],
      ['a.json (removed)', '  -a'],
    ],
    [
      ['a\nb\n', 'a\nc\n'],
      ['a.json', '   a', '  -b', '  +c'],
    ],
    [
      ['a', 'a\n'],
      ['a.json', '  -a', '  \\ No newline at end of file', '  +a'],
    ],
    [
      [lines(10), lines(10).replace('0', 'x').replace('9', 'y')],
      ['a.json', '  -0', '  +x', '   1', '   2', '    …', '   7', '   8', '  -9', '  +y'],
      'two lines around each change, and a gap between',
    ],
  ],
)
