import { exec, header } from './gateway-options.ts'
import { loginOptions } from './login-options.ts'
import { choice, define, flag, integer, text, urlPath } from './option.ts'
import { runOptions } from './run-options.ts'

/** What loading a server in this process takes, whatever is done with it then. */
const { env, envFile, import: imports, require: requires, cache, loadTimeout } = runOptions
const loading = { env, envFile, import: imports, require: requires, cache, loadTimeout }

const json = define<boolean>({
  name: 'json',
  group: 'Output',
  help: 'print JSON as sent on the wire',
  default: false,
  parse: flag,
})

const timeout = define<number>({
  name: 'timeout',
  value: 'seconds',
  group: 'Limits',
  help: 'time limit for a response; reset by progress notifications',
  default: 60,
  parse: integer(1, 86_400),
})

const transport = define<'streamable-http' | 'sse' | undefined>({
  name: 'transport',
  short: 't',
  value: 'name',
  group: 'Server',
  help: 'transport of a URL: streamable-http, or http, or sse (default: sse if the path ends in /sse)',
  default: undefined,
  parse: choice(['streamable-http', 'sse'] as const, { http: 'streamable-http' }),
})

const path = define<string | undefined>({
  name: 'path',
  value: 'path',
  group: 'Server',
  help: 'path of a URL, in place of its own',
  default: undefined,
  parse: urlPath,
})

/** The options of every command that speaks to a server as a client does. */
const asClient = { json, exec, header, ...loginOptions, transport, path, timeout, ...loading }

export const listOptions = {
  ...asClient,
  schema: define<boolean>({
    name: 'schema',
    group: 'Output',
    help: "also print each tool's input and output schema",
    default: false,
    parse: flag,
  }),
} as const

export const callOptions = {
  ...asClient,
  args: define<string | undefined>({
    name: 'args',
    value: 'json',
    group: 'Call',
    help: 'all arguments as one JSON object; name=value arguments override it',
    default: undefined,
    parse: text,
  }),
  input: define<string | undefined>({
    name: 'input',
    value: 'file',
    group: 'Call',
    help: 'read that object from a file; - for standard input',
    default: undefined,
    parse: text,
  }),
  resource: define<string | undefined>({
    name: 'resource',
    value: 'uri',
    group: 'Call',
    help: 'read a resource instead of calling a tool',
    default: undefined,
    parse: text,
  }),
  prompt: define<string | undefined>({
    name: 'prompt',
    value: 'name',
    group: 'Call',
    help: 'get a prompt instead of calling a tool',
    default: undefined,
    parse: text,
  }),
} as const

export const inspectOptions = {
  ...asClient,
  output: define<string | undefined>({
    name: 'output',
    short: 'o',
    value: 'file',
    group: 'Output',
    help: 'write the JSON to a file',
    default: undefined,
    parse: text,
  }),
  check: define<boolean>({
    name: 'check',
    group: 'Output',
    help: 'report what clients or models may reject; exit code 1 on errors',
    default: false,
    parse: flag,
  }),
} as const
