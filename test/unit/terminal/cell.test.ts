import { cell } from '../../../src/terminal/cell.ts'
import { table } from '../../support/table.ts'

table('cell', (text: string) => cell(text, 8), [
  ['', '        '],
  ['cursor', 'cursor  '],
  ['inspector', 'inspect…'],
  ['exactly8', 'exactly8'],
  ['日本', '日本    '],
  ['日本語日本語', '日本語… ', 'a letter of two columns'],
  ['\u{1f600}'.repeat(9), `${'\u{1f600}'.repeat(3)}… `, 'a letter of two code units'],
])
