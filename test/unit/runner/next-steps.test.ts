import { nextSteps, type Standing } from '../../../src/runner/next-steps.ts'
import { table } from '../../support/table.ts'

const all = ['list', 'install', 'dev', 'run']

/** The commands that are offered, however this program is called here. */
const offered = ([at, commands = all]: readonly [Partial<Standing>, (readonly string[])?]) =>
  nextSteps(commands)({ spec: 'server.ts', url: undefined, ...at }).map((line) =>
    line.replace(/^.*fastmcp(-cli)? /, ''),
  )

const url = 'http://127.0.0.1:8000/mcp'

table('nextSteps', offered, [
  [[{}], ['install cursor server.ts', 'dev server.ts', 'run server.ts -t http']],
  [[{ url }], [`list ${url}`]],
  [[{ url, tokenEnv: 'TOKEN' }], [`list ${url} --bearer-env TOKEN`]],
  [[{ url, hook: true }], [], 'only the server knows what its callers need'],
  [[{}, ['dev']], ['dev server.ts'], 'only commands that there are'],
  [[{}, []], []],
  ...(process.platform === 'win32'
    ? []
    : ([
        [[{ spec: "it's $here.ts" }, ['dev']], ["dev 'it'\\''s $here.ts'"]],
        [[{ spec: '' }, ['dev']], ["dev ''"]],
      ] as const)),
])
