import type { Lab } from '../harness/lab.ts'
import { moreProcessor, type Part, processor, type Row, timesAsMuch } from '../harness/row.ts'
import type { Era } from '../measures/load.ts'
import { called } from '../measures/serving.ts'
import { bareHttp } from '../servers/bare.ts'
import { sdkV1OnExpress } from '../servers/sdk-v1.ts'
import { sdkV2Handler } from '../servers/sdk-v2.ts'
import { type Source, writeServer } from '../servers/written.ts'

const secret = 'a-secret-of-the-bench-0123456789'

/** Options of `run`, each measured in calls against a server without it. One more is one more line. */
const withOption: { words: string[]; headers?: Record<string, string> }[] = [
  { words: ['--token-env', 'BENCH_TOKEN'], headers: { authorization: `Bearer ${secret}` } },
  { words: ['--json-response'] },
  { words: ['--log-level', 'debug'] },
]

const served = (words: string[]) => (lab: Lab) => lab.ours('run', ...words, '-t', 'http', '-p', '0')

const ours = (name: Source, era: Era, words: string[] = [], headers?: Record<string, string>) =>
  called({
    name: `${era} calls of run ${name}.ts ${words.join(' ')}`,
    files: writeServer(name),
    words: served([`${name}.ts`, ...words]),
    era,
    ...(headers && { headers }),
    env: { BENCH_TOKEN: secret },
  })

const peer = (name: string, era: Era, source: string, beside: Source) =>
  called({
    name,
    files: (lab) => {
      writeServer(beside)(lab)
      lab.write({ [`${name}.mjs`]: source })
    },
    words: (lab) => [lab.path(`${name}.mjs`)],
    era,
  })

const bare = peer('bare', 'none', bareHttp(), 'v1')
const express = peer('express', 'legacy', sdkV1OnExpress, 'v1')
const handler = peer('handler', 'modern', sdkV2Handler, 'v2')
const session = ours('v1', 'legacy')
const modern = ours('v2', 'modern')
const modernV1 = ours('v1', 'modern')
const sessionV2 = ours('v2', 'legacy')
const sessionFastmcp = ours('fastmcp', 'legacy')

const optionRows: Row[] = withOption.map(({ words, headers }) =>
  timesAsMuch({
    what: `session calls with ${words.join(' ')} ÷ without`,
    of: ours('v1', 'legacy', words, headers),
    by: session,
    goal: { atLeast: 0.95 },
  }),
)

/** Calls a second with 32 on their way, and the processor time that each costs the server. */
export const calls: Part = {
  name: 'calls',
  rounds: [9, 3],
  rows: [
    timesAsMuch({
      target: 8,
      what: 'session tools/call ÷ a bare node:http echo',
      of: session,
      by: bare,
      goal: { atLeast: 0.6 },
    }),
    timesAsMuch({
      target: 8,
      what: 'session tools/call ÷ SDK v1 on Express',
      of: session,
      by: express,
      goal: { atLeast: 6 },
    }),
    timesAsMuch({
      target: 9,
      what: 'modern tools/call of SDK v2 ÷ a bare node:http echo',
      of: modern,
      by: bare,
      goal: { atLeast: 0.35 },
    }),
    timesAsMuch({
      target: 9,
      what: "modern tools/call of SDK v2 ÷ SDK v2's handler",
      of: modern,
      by: handler,
      goal: { atLeast: 6 },
    }),
    timesAsMuch({
      target: 10,
      what: 'modern tools/call of SDK v1 ÷ a bare node:http echo',
      of: modernV1,
      by: bare,
      goal: { atLeast: 0.3 },
    }),
    moreProcessor({
      target: 11,
      what: 'session tools/call of FastMCP − of SDK v2, processor time',
      of: sessionFastmcp,
      by: sessionV2,
      unit: 'µs',
      goal: { atMost: 5 },
    }),
    processor({ what: 'session tools/call, processor time', of: session, unit: 'µs' }),
    processor({ what: 'modern tools/call, processor time', of: modern, unit: 'µs' }),
    processor({ what: 'the bare echo, processor time', of: bare, unit: 'µs' }),
    ...optionRows,
  ],
}
