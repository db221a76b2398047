import { codeFrame, type SourcePosition } from '../../../src/terminal/code-frame.ts'
import { table } from '../../support/table.ts'

const long = `${'a'.repeat(200)}!${'b'.repeat(200)}`

const place = (parts: Partial<SourcePosition>): SourcePosition => ({
  file: 'a.ts',
  line: 3,
  column: 1,
  lineText: '',
  ...parts,
})

table('codeFrame', (parts: Partial<SourcePosition>) => codeFrame(place(parts)), [
  [{ lineText: 'let a = ;', column: 9 }, ['  > 3 │ let a = ;', '      │         ^']],
  [
    { lineText: 'b', column: 1, before: 'a  ' },
    ['    2 │ a', '  > 3 │ b', '      │ ^'],
    'the line before is shown without the spaces at its end',
  ],
  [
    { line: 100, before: 'a', lineText: 'b' },
    ['     99 │ a', '  > 100 │ b', '        │ ^'],
    'numbers of other lengths stand below each other',
  ],
  [
    { lineText: '\tlet a', column: 6 },
    ['  > 3 │ \tlet a', '      │ \t    ^'],
    'a tab is as wide below as above',
  ],
  [{ lineText: '', column: 1 }, ['  > 3 │ ', '      │ ^'], 'an empty line'],
  [
    { lineText: long, column: 201 },
    [`  > 3 │ ${long.slice(121, 281)}`, `      │ ${' '.repeat(79)}^`],
    'of a minified line what is around the place',
  ],
  [
    { lineText: 'b', column: 1, before: long },
    [`    2 │ ${long.slice(0, 160)}`, '  > 3 │ b', '      │ ^'],
    'a minified line before it does not fill the screen',
  ],
])
