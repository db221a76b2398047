import type { Finding, Level } from '../../../../src/client/lint/finding.ts'
import { findingsCount } from '../../../../src/client/lint/finding.ts'
import { lintNoise, lintStart } from '../../../../src/client/lint/lint-start.ts'
import { reportLines } from '../../../../src/client/lint/report.ts'
import { table } from '../../../support/table.ts'

const finding = (parts: Partial<Finding> = {}): Finding => ({
  level: 'error',
  check: 'odd',
  subject: 'tool a',
  path: '',
  text: 'is odd',
  clients: [],
  effect: 'rejected',
  remedy: 'correct it',
  ...parts,
})
const times = (count: number, parts: (at: number) => Partial<Finding> = () => ({})) =>
  Array.from({ length: count }, (_, at) => finding(parts(at)))
const long = 'x'.repeat(300)

table('reportLines', reportLines, [
  [[], []],
  [[finding()], ['error    tool a: is odd. Correct it']],
  [[finding({ path: '/b/c' })], ['error    tool a: /b/c is odd. Correct it']],
  [[finding({ clients: ['Claude'] })], ['error    tool a: is odd (rejected by Claude). Correct it']],
  [
    [finding({ clients: ['Claude', 'Codex', 'Cursor'], effect: 'dropped' })],
    ['error    tool a: is odd (dropped by Claude, Codex and Cursor). Correct it'],
  ],
  [
    [finding({ level: 'warning', check: 'other' }), finding()],
    ['error    tool a: is odd. Correct it', 'warning  tool a: is odd. Correct it'],
    'errors first',
  ],
  [times(5), Array(5).fill('error    tool a: is odd. Correct it')],
  [times(6), ['error    tool a: is odd. Correct it (6 times, all in --json)']],
  [
    times(40, (at) => ({ subject: `tool ${at}`, path: '/b' })),
    ['error    tool 0, tool 1, tool 2 and 37 more: /b is odd. Correct it (40 times, all in --json)'],
  ],
  [
    times(6, (at) => ({ subject: `tool ${at % 3}` })),
    ['error    tool 0, tool 1, tool 2: is odd. Correct it (6 times, all in --json)'],
  ],
  [[finding({ subject: long })], [`error    ${'x'.repeat(100)}…${'x'.repeat(100)}: is odd. Correct it`]],
])

table('lintStart', (took: number) => lintStart(took).map(({ text }) => /\d+ s/.exec(text)?.[0]), [
  [0, []],
  [4_999, []],
  [5_000, ['5 s']],
  [12_600, ['13 s']],
])

table('lintNoise', (count: number) => lintNoise(count).map(({ text }) => /^\d+ \w+/.exec(text)?.[0]), [
  [0, []],
  [1, ['1 line']],
  [2, ['2 lines']],
])

table('findingsCount', (levels: readonly Level[]) => findingsCount(levels.map((level) => ({ level }))), [
  [[], 'nothing'],
  [['error'], '1 error'],
  [['warning', 'error', 'warning'], '1 error, 2 warnings'],
])
