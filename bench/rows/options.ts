import type { Lab } from '../harness/lab.ts'
import { type Part, type Row, timesAsLong } from '../harness/row.ts'
import { started, startedOnPort } from '../measures/starting.ts'
import { writeServer } from '../servers/written.ts'

/** Options of `run`, each measured at a start on stdio against a start without it. One more is one more line. */
const onStdio: string[][] = [
  ['--env', 'A=1'],
  ['--env-file', 'bench.env'],
  ['--log-level', 'debug'],
  ['--log-format', 'json'],
  ['--load-timeout', '60'],
]

/** The same at a start on a port. */
const onPort: string[][] = [
  ['--token-env', 'BENCH_TOKEN'],
  ['--health'],
  ['--stateless'],
  ['--json-response'],
  ['--allowed-origins', '*'],
  ['--max-sessions', '10'],
]

const files = (lab: Lab) => {
  writeServer('v1')(lab)
  lab.write({ 'bench.env': 'B=2\n' })
}

const withOptions = (start: typeof started, words: readonly string[]) =>
  start({
    name: `run v1.ts ${words.join(' ')}`,
    files,
    words: (lab) => lab.ours('run', 'v1.ts', ...words),
    prepares: true,
    options: (lab) => ({ env: { ...lab.env, BENCH_TOKEN: 'a-secret-of-the-bench-0123456789' } }),
  })

/** What an option may cost a start at most, as a part of it. */
const goal = { atMost: 1.05 }

const rowsOf = (start: typeof started, always: readonly string[], options: readonly string[][]): Row[] => {
  const without = withOptions(start, always)
  return options.map((words) =>
    timesAsLong({
      what: `start with ${[...always, ...words].join(' ')} ÷ without`,
      of: withOptions(start, [...always, ...words]),
      by: without,
      goal,
    }),
  )
}

export const options: Part = {
  name: 'options',
  rounds: [9, 3],
  rows: [...rowsOf(started, [], onStdio), ...rowsOf(startedOnPort, ['-t', 'http', '-p', '0'], onPort)],
}
