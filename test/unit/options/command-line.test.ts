import { type GivenFor, parseCommandLine } from '../../../src/options/command-line.ts'
import { define, flag, integer, list, text, urlPath } from '../../../src/options/option.ts'
import { valuesOf } from '../../../src/options/values.ts'
import { refused, table } from '../../support/table.ts'

const common = { group: 'Output', help: '' } as const
const options = {
  port: define<number>({
    ...common,
    name: 'port',
    short: 'p',
    value: 'number',
    env: ['UNIT_PORT'],
    default: 8000,
    parse: integer(0, 65_535),
  }),
  banner: define<boolean>({ ...common, name: 'banner', default: true, parse: flag }),
  json: define<boolean>({ ...common, name: 'json', short: 'j', default: false, parse: flag }),
  allowedHosts: define<string[]>({
    ...common,
    name: 'allowedHosts',
    value: 'names',
    repeatable: true,
    default: [],
    parse: list,
  }),
  health: define<string | undefined>({
    ...common,
    name: 'health',
    value: 'path',
    bare: '/health',
    default: undefined,
    parse: urlPath,
  }),
  debug: define<number | undefined>({
    ...common,
    name: 'debug',
    value: 'port',
    bare: '9229',
    default: undefined,
    parse: integer(0, 65_535),
  }),
  output: define<string | undefined>({
    ...common,
    name: 'output',
    short: 'o',
    value: 'file',
    default: undefined,
    parse: text,
  }),
}

/** What was given, without where from. */
const said = (line: string) => {
  const { words, given, help, userArgs } = parseCommandLine(line === '' ? [] : line.split(' '), options)
  const values = Object.fromEntries(Object.entries(given).map(([name, one]) => [name, one.value]))
  return { words, values, ...(help && { help }), ...(userArgs.length > 0 && { userArgs }) }
}

table('parseCommandLine', said, [
  ['', { words: [], values: {} }],
  ['server.ts', { words: ['server.ts'], values: {} }],
  ['a -p 1 b', { words: ['a', 'b'], values: { port: 1 } }],
  ['--port=1', { words: [], values: { port: 1 } }],
  ['-p1', { words: [], values: { port: 1 } }],
  ['-p 1 --port 2', { words: [], values: { port: 2 } }, 'the last counts'],
  ['-j -j', { words: [], values: { json: true } }],
  ['--no-banner', { words: [], values: { banner: false } }],
  [
    '--allowed-hosts a,b --allowed-hosts c',
    { words: [], values: { allowedHosts: ['a', 'b', 'c'] } },
    'lists add up',
  ],
  [
    '--health server.ts',
    { words: ['server.ts'], values: { health: '/health' } },
    'a word that is no path is not taken',
  ],
  ['--health /up', { words: [], values: { health: '/up' } }],
  ['--health=up', { words: [], values: { health: '/up' } }],
  ['--debug 9230 server.ts', { words: ['server.ts'], values: { debug: 9230 } }, 'as the help has it: [port]'],
  ['--debug server.ts', { words: ['server.ts'], values: { debug: 9229 } }],
  ['server.ts --debug', { words: ['server.ts'], values: { debug: 9229 } }],
  ['-port 80', refused(/^unknown flag -port\. Did you mean --port\?$/)],
  ['-port=80', refused(/^unknown flag -port=80\. Did you mean --port\?$/)],
  ['-h', { words: [], values: {}, help: true }],
  ['a -- --port 1 -- b', { words: ['a'], values: {}, userArgs: ['--port', '1', '--', 'b'] }],
  ['-o -', { words: [], values: { output: '-' } }],
  ['-o -x', { words: [], values: { output: '-x' } }],
  ['-', { words: ['-'], values: {} }],
  ['--port', refused(/^--port needs a value: --port <number>$/)],
  ['-p', refused(/^-p needs a value/)],
  ['--port --json', refused(/^--port needs a value/)],
  ['--port x', refused(/^--port: must be a whole number/)],
  ['-p x', refused(/^-p: must be a whole number/), 'the form that was typed'],
  ['--port=', refused(/^--port: must be a whole number/)],
  ['--prot 1', refused(/--prot\. Did you mean --port\?$/)],
  ['--banner', refused(/--banner$/)],
  ['--json=true', refused(/^--json takes no value$/)],
  ['--__proto__', refused(/--__proto__$/)],
  ['--constructor=1', refused(/--constructor$/)],
  ['-x', refused(/-x$/)],
])

type Given = GivenFor<keyof typeof options>

table(
  'valuesOf',
  ([given, env]: readonly [Given, NodeJS.ProcessEnv]) => valuesOf({ port: options.port }, given, env).port,
  [
    [[{}, {}], 8000],
    [[{}, { UNIT_PORT: '1' }], 1],
    [[{ port: { value: 2, from: '-p' } }, { UNIT_PORT: '1' }], 2],
    [[{}, { UNIT_PORT: '' }], refused(/^UNIT_PORT: must be a whole number/)],
  ],
)
