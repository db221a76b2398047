import { type Part, timesAsLong } from '../harness/row.ts'
import { started } from '../measures/starting.ts'
import { bareStdio } from '../servers/bare.ts'
import { published, type Source, tsx, writePackage, writeProject, writeServer } from '../servers/written.ts'

const byNode = (name: Source) =>
  started({ name: `node ${name}.mjs`, files: writeServer(name), words: (lab) => [lab.path(`${name}.mjs`)] })

const ours = (file: string, files = writeServer('v1')) =>
  started({ name: `run ${file}`, files, words: (lab) => lab.ours('run', lab.path(file)), prepares: true })

const nodeV1 = byNode('v1')
const oursV1 = ours('v1.ts')
const nodePackage = started({
  name: `node ${published}`,
  files: writePackage,
  words: (lab) => [lab.path(published)],
})
const tsxV1 = started({
  name: 'tsx v1.ts',
  files: writeServer('v1'),
  words: (lab) => [tsx, lab.path('v1.ts')],
})
const floor = started({
  name: 'node echo.mjs',
  files: (lab) => lab.write({ 'echo.mjs': bareStdio }),
  words: (lab) => [lab.path('echo.mjs')],
})

const ofProject = (count: number) => ({
  of: ours(`files${count}/server.ts`, writeProject(count)),
  by: started({
    name: `node of ${count} files`,
    files: writeProject(count),
    words: (lab) => [lab.path(`files${count}/built/server.js`)],
  }),
})

const slackOn20 = 0.15

/** From the start of a server that has started before to its list of tools. */
export const starts: Part = {
  name: 'starts',
  rounds: [9, 3],
  rows: [
    timesAsLong({
      target: 1,
      what: 'SDK v1 .ts ÷ node of the compiled file',
      of: oursV1,
      by: nodeV1,
      goal: { atMost: 0.55 },
      slackOn20,
    }),
    timesAsLong({
      target: 2,
      what: 'SDK v2 .ts ÷ node of the compiled file',
      of: ours('v2.ts', writeServer('v2')),
      by: byNode('v2'),
      goal: { atMost: 0.7 },
      slackOn20,
    }),
    timesAsLong({
      target: 3,
      what: 'FastMCP .ts ÷ node of the compiled file',
      of: ours('fastmcp.ts', writeServer('fastmcp')),
      by: byNode('fastmcp'),
      goal: { atMost: 0.65 },
      slackOn20,
    }),
    timesAsLong({
      target: 4,
      what: 'SDK v1 .mjs ÷ node of the same file',
      of: ours('v1.mjs'),
      by: nodeV1,
      goal: { atMost: 0.65 },
      slackOn20,
    }),
    timesAsLong({
      target: 4,
      what: 'a published package in node_modules ÷ node of the same file',
      of: ours(published, writePackage),
      by: nodePackage,
      goal: { atMost: 0.65 },
      slackOn20,
    }),
    timesAsLong({ what: 'a project of 10 .ts files ÷ node of the compiled files', ...ofProject(10) }),
    timesAsLong({
      target: 5,
      what: 'a project of 100 .ts files ÷ node of the compiled files',
      ...ofProject(100),
      goal: { atMost: 0.6 },
      slackOn20,
    }),
    timesAsLong({ what: 'SDK v1 .ts ÷ tsx', of: oursV1, by: tsxV1, goal: { atMost: 0.22 } }),
    timesAsLong({
      what: 'the floor: a Node that only echoes ÷ node of the compiled SDK v1 file',
      of: floor,
      by: nodeV1,
    }),
  ],
}
