import type { ValuesOf } from './command-line.ts'
import { httpRunOptions } from './http-run-options.ts'
import { assignment, choice, define, flag, integer, ownEnv, size, text } from './option.ts'

export const transports = ['stdio', 'streamable-http', 'sse'] as const
export type Transport = (typeof transports)[number]

export const logLevels = ['debug', 'info', 'warning', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

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
  ...httpRunOptions,
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
  maxBody: define<number | undefined>({
    name: 'maxBody',
    value: 'size',
    group: 'Limits',
    help: 'largest message taken from a client, or from a server that is reached, such as 512kb or 20mb',
    env: ownEnv('maxBody'),
    config: true,
    code: true,
    default: undefined,
    defaultText: '4mb over HTTP, 16mb elsewhere',
    parse: size(1024, 256 * 1024 * 1024),
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
    help: 'how long the server file may take to load, and to start its server',
    env: ownEnv('loadTimeout'),
    config: true,
    default: 30,
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

export type RunOptionName = keyof typeof runOptions
export type RunValues = ValuesOf<typeof runOptions>
