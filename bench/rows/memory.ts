import type { Lab } from '../harness/lab.ts'
import { amount, type Part } from '../harness/row.ts'
import { frontOverSaves } from '../measures/growing.ts'
import { held } from '../measures/holding.ts'
import { sdkV1OnExpress } from '../servers/sdk-v1.ts'
import { type Source, writeServer } from '../servers/written.ts'

const ours = (name: Source) =>
  held(`sessions of ${name}.ts`, writeServer(name), (lab) =>
    lab.ours('run', `${name}.ts`, '-t', 'http', '-p', '0'),
  )

const writeExpress = (lab: Lab) => {
  writeServer('v1')(lab)
  lab.write({ 'express.mjs': sdkV1OnExpress })
}

export const memory: Part = {
  name: 'memory',
  rounds: [1, 1],
  rows: [
    ...(['v1', 'v2'] as const).map((name) =>
      amount({
        target: 17,
        what: `a held session with an open stream, SDK ${name}`,
        of: ours(name),
        unit: 'KiB',
        goal: { atMost: 24 },
      }),
    ),
    amount({
      what: 'the same, SDK v1 on Express',
      of: held('sessions on Express', writeExpress, (lab) => [lab.path('express.mjs')]),
      unit: 'KiB',
    }),
    amount({
      what: 'the front of dev, for each save',
      of: frontOverSaves,
      unit: 'KiB',
      goal: { atMost: 40 },
    }),
  ],
}
