import { type Part, timesAsLong } from '../harness/row.ts'
import { command } from '../measures/starting.ts'
import { writeServer } from '../servers/written.ts'

const nothing = command({ name: 'node -e 0', words: () => ['-e', '0'] })

const ours = (...words: string[]) =>
  command({
    name: words.join(' '),
    files: writeServer('v1'),
    words: (lab) => lab.ours(...words),
    prepares: true,
  })

const row = (words: string[], atMost: number, target?: number) =>
  timesAsLong({
    ...(target !== undefined && { target }),
    what: `fastmcp ${words.join(' ')} ÷ node -e 0`,
    of: ours(...words),
    by: nothing,
    goal: { atMost },
  })

/** Commands that are over when they have answered. */
export const commands: Part = {
  name: 'commands',
  rounds: [9, 3],
  rows: [
    row(['list', 'v1.ts'], 2.2, 7),
    row(['call', 'v1.ts', 'add', 'a=1', 'b=2'], 2.2, 7),
    row(['inspect', 'v1.ts'], 2.2, 7),
    row(['--version'], 1.4),
    row(['--help'], 1.4),
  ],
}
