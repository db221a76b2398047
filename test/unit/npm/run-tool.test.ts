import { tellingLines } from '../../../src/npm/run-tool.ts'
import { table } from '../../support/table.ts'

table('tellingLines', tellingLines, [
  ['', []],
  [
    'npm error code E404\nnpm error 404 Not Found - GET https://r/x\nnpm error A complete log of this run can be found in: /x',
    ['404 Not Found - GET https://r/x'],
  ],
  ['npm ERR! code ENOTFOUND\r\nnpm ERR! network request failed\r\n', ['network request failed']],
  [
    'npm error errno -2\nnpm error syscall open\nnpm error path /x\nnpm error enoent no such file',
    ['enoent no such file'],
  ],
  ['one\ntwo\n\nthree\nfour\nfive\n', ['two', 'three', 'four', 'five'], 'the last, where none is marked'],
  ['npm error a b\nnpm error c d\nnpm error e f\nnpm error g h\nnpm error i j', ['a b', 'c d', 'e f', 'g h']],
  [`npm error a ${'x'.repeat(1_000)}`, [`a ${'x'.repeat(198)}`]],
  ['npm error', ['npm error']],
])
