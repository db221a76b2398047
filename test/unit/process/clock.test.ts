import { timerDelay } from '../../../src/process/clock.ts'
import { table } from '../../support/table.ts'

table('timerDelay', timerDelay, [
  [0, 0],
  [250.5, 250.5],
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, 2 ** 31 - 1],
  [Number.POSITIVE_INFINITY, 2 ** 31 - 1],
])
