import { fileURLToPath } from 'node:url'
import { moreProcessor, type Part } from '../harness/row.ts'
import { started } from '../measures/starting.ts'
import { writeServer } from '../servers/written.ts'

const oneCore = ['taskset', '--cpu-list', '0']
const preload = (name: string) => fileURLToPath(new URL(`../measures/${name}`, import.meta.url))

/** Both load something first, so that they differ in the thread alone. */
const start = (name: string, script: string) =>
  started({
    name,
    files: writeServer('v1'),
    words: (lab) => ['--require', preload(script), ...lab.ours('run', lab.path('v1.ts'))],
    prepares: true,
    options: () => ({ before: oneCore }),
  })

/** What the thread that watches over loading costs before the first answer, on a machine of one core. */
export const guardThread: Part = {
  name: 'thread',
  rounds: [9, 3],
  rows: [
    moreProcessor({
      target: 19,
      what: 'run with its guard thread − without, processor time before the first answer',
      of: start('run with its thread', 'nothing.cjs'),
      by: start('run without its thread', 'no-threads.cjs'),
      unit: 'ms',
      goal: { atMost: 5 },
    }),
  ],
}
