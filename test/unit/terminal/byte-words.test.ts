import { byteWords } from '../../../src/terminal/byte-words.ts'
import { table } from '../../support/table.ts'

table('byteWords', byteWords, [
  [0, '0 bytes'],
  [300, '300 bytes'],
  [1023, '1023 bytes'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1024 * 1024 - 1, '1 MiB', 'never 1024 of the smaller unit'],
  [16 * 1024 ** 2, '16 MiB'],
  [5 * 1024 ** 4, '5120 GiB', 'there is no larger unit'],
])
