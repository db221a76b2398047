import { type Part, timesAsLong } from '../harness/row.ts'
import { firstStarted } from '../measures/starting.ts'
import { tsx, writeProject, writeServer } from '../servers/written.ts'

const contest = (file: string, files: ReturnType<typeof writeServer>) => ({
  of: firstStarted({ name: `run ${file}`, files, words: (lab) => lab.ours('run', lab.path(file)) }),
  by: firstStarted({ name: `tsx ${file}`, files, words: (lab) => [tsx, lab.path(file)] }),
})

/** From the very first start of a server to its list of tools: neither runner has kept anything. */
export const firstStarts: Part = {
  name: 'first',
  rounds: [5, 2],
  rows: [
    timesAsLong({
      target: 6,
      what: 'first start ever of 1 file ÷ tsx',
      ...contest('v1.ts', writeServer('v1')),
      goal: { atMost: 0.5 },
      slackOn20: 0.15,
    }),
    ...[10, 100].map((count) =>
      timesAsLong({
        target: 6,
        what: `first start ever of ${count} files ÷ tsx`,
        ...contest(`files${count}/server.ts`, writeProject(count)),
        goal: { atMost: 0.6 },
        slackOn20: 0.15,
      }),
    ),
  ],
}
