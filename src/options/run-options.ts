import { assignment, choice, envOf, flag, integer, list, type Option, text, urlPath } from './option.ts'

export const transports = ['stdio', 'streamable-http', 'sse'] as const
export type Transport = (typeof transports)[number]

export const logLevels = ['debug', 'info', 'warning', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Keeps in the type whether code may give the option: the options of `run()` are typed from it. */
function define<T>(option: Option<T> & { code: true }): Option<T> & { code: true }
function define<T>(option: Option<T>): Option<T>
function define<T>(option: Option<T>): Option<T> {
  return option
}

/** `FASTMCP_X`, derived from the name. */
const ownEnv = (name: string) => [envOf(name)]

/** The options of `fastmcp run`, which `run()` and `runAsync()` take too where `code` says so. */
export const runOptions = {
  transport: define<Transport>({
    name: 'transport',
    short: 't',
    value: 'stdio|streamable-http|sse',
    group: 'Server',
    help: 'how clients reach the server; http is short for streamable-http',
    env: ownEnv('transport'),
    config: true,
    code: true,
    default: 'stdio',
    parse: choice(transports, { http: 'streamable-http' }),
  }),
  host: define<string>({
    name: 'host',
    value: 'address',
    group: 'HTTP',
    help: 'address to listen on; 0.0.0.0 for the whole network',
    env: [...ownEnv('host'), 'HOST'],
    config: true,
    code: true,
    default: '127.0.0.1',
    parse: text,
  }),
  port: define<number>({
    name: 'port',
    short: 'p',
    value: 'number',
    group: 'HTTP',
    help: 'port to listen on; 0 for any free one',
    env: [...ownEnv('port'), 'PORT'],
    config: true,
    code: true,
    default: 8000,
    parse: integer(0, 65_535),
  }),
  path: define<string | undefined>({
    name: 'path',
    value: 'path',
    group: 'HTTP',
    help: 'where MCP is served',
    env: ownEnv('path'),
    config: true,
    code: true,
    default: undefined,
    defaultText: '/mcp, or /sse with SSE',
    parse: urlPath,
  }),
  messagePath: define<string>({
    name: 'messagePath',
    value: 'path',
    group: 'HTTP',
    help: 'where SSE clients post their messages',
    env: ownEnv('messagePath'),
    config: true,
    code: true,
    default: '/messages/',
    parse: urlPath,
  }),
  stateless: define<boolean>({
    name: 'stateless',
    group: 'HTTP',
    help: 'keep no sessions: any replica can answer any request',
    env: ownEnv('stateless'),
    config: true,
    code: true,
    default: false,
    parse: flag,
  }),
  jsonResponse: define<boolean>({
    name: 'jsonResponse',
    group: 'HTTP',
    help: 'answer every call with one JSON body, never a stream',
    env: ownEnv('jsonResponse'),
    config: true,
    code: true,
    default: false,
    parse: flag,
  }),
  allowedHosts: define<string[]>({
    name: 'allowedHosts',
    value: 'names',
    repeatable: true,
    group: 'HTTP',
    help: 'host names clients may use, comma-separated; * for any',
    env: ownEnv('allowedHosts'),
    config: true,
    code: true,
    default: [],
    defaultText: 'names of this machine',
    parse: list,
  }),
  allowedOrigins: define<string[]>({
    name: 'allowedOrigins',
    value: 'origins',
    repeatable: true,
    group: 'HTTP',
    help: 'origins of web pages that may call, comma-separated (also the CORS list); * for any',
    env: ownEnv('allowedOrigins'),
    config: true,
    code: true,
    default: [],
    defaultText: 'pages of this machine',
    parse: list,
  }),
  health: define<string | undefined>({
    name: 'health',
    value: 'path',
    bare: '/health',
    group: 'HTTP',
    help: 'answer health checks there; /health if no path is given',
    env: ownEnv('health'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'off',
    parse: urlPath,
  }),
  maxSessions: define<number>({
    name: 'maxSessions',
    value: 'number',
    group: 'Limits',
    help: 'sessions held at the most; more are told to come back later',
    env: ownEnv('maxSessions'),
    config: true,
    code: true,
    default: 10_000,
    parse: integer(1, 1_000_000),
  }),
  sessionTimeout: define<number>({
    name: 'sessionTimeout',
    value: 'seconds',
    group: 'Limits',
    help: 'end sessions that have been idle this long',
    env: ownEnv('sessionTimeout'),
    config: true,
    code: true,
    default: 1800,
    parse: integer(1, 86_400),
  }),
  loadTimeout: define<number>({
    name: 'loadTimeout',
    value: 'seconds',
    group: 'Limits',
    help: 'how long the server file may take to load',
    env: ownEnv('loadTimeout'),
    config: true,
    default: 10,
    parse: integer(1, 3600),
  }),
  logLevel: define<LogLevel | undefined>({
    name: 'logLevel',
    short: 'l',
    value: logLevels.join('|'),
    group: 'Output',
    help: "how much of the runner's own words to print on stderr",
    env: ownEnv('logLevel'),
    config: true,
    code: true,
    default: undefined,
    defaultText: 'info, or warning with stdio',
    parse: choice(logLevels),
  }),
  logFormat: define<'text' | 'json'>({
    name: 'logFormat',
    value: 'text|json',
    group: 'Output',
    help: 'one line of text or one JSON object for each event',
    env: ownEnv('logFormat'),
    config: true,
    code: true,
    default: 'text',
    parse: choice(['text', 'json']),
  }),
  banner: define<boolean>({
    name: 'banner',
    group: 'Output',
    help: 'print one line instead of the banner',
    env: ownEnv('banner'),
    config: true,
    code: true,
    default: true,
    parse: flag,
  }),
  printConfig: define<boolean>({
    name: 'printConfig',
    group: 'Output',
    help: 'print every setting and where it came from, then stop',
    default: false,
    parse: flag,
  }),
  envFile: define<string[]>({
    name: 'envFile',
    value: 'file',
    repeatable: true,
    group: 'Environment',
    help: 'set variables from a file; later files win',
    env: ownEnv('envFile'),
    default: [],
    parse: (value) => [text(value)],
  }),
  env: define<Record<string, string>>({
    name: 'env',
    value: 'NAME=value',
    repeatable: true,
    group: 'Environment',
    help: 'set one variable for the server',
    config: true,
    default: {},
    parse: assignment,
  }),
  cache: define<boolean>({
    name: 'cache',
    group: 'Environment',
    help: 'compile anew, and keep nothing',
    env: ownEnv('cache'),
    default: true,
    parse: flag,
  }),
} as const

/** Switches that are on by default, and whose flag therefore says `--no-…`. */
export const isNegated = (option: Option<unknown>): boolean =>
  option.value === undefined && option.default === true

type Value<O> = O extends Option<infer T> ? T : never
export type RunOptionName = keyof typeof runOptions
export type RunValues = { -readonly [K in RunOptionName]: Value<(typeof runOptions)[K]> }
