import { gatewayOptions } from './gateway-options.ts'
import { define, envOf, flag, integer, shown, texts } from './option.ts'
import { runOptions, type Transport } from './run-options.ts'

/** A version, range or tag that npm knows; anything else could be a word of the shell's. */
function packageVersion(value: string): string {
  if (!/^[~^]?[\w.-]+$/.test(value))
    throw new Error(`must be a version such as 2.12.0, not "${shown(value)}"`)
  return value
}

/** What `fastmcp dev` knows beside the options of `fastmcp run`. */
export const devOptions = {
  inspector: define<boolean>({
    name: 'inspector',
    group: 'Dev',
    help: 'do not start the Inspector',
    env: [envOf('inspector')],
    default: true,
    parse: flag,
  }),
  inspectorPort: define<number>({
    name: 'inspectorPort',
    value: 'number',
    group: 'Dev',
    help: 'Inspector port; the default falls back to the next free port',
    env: [envOf('inspectorPort')],
    default: 6274,
    parse: integer(1, 65_535),
  }),
  inspectorVersion: define<string | undefined>({
    name: 'inspectorVersion',
    value: 'version',
    group: 'Dev',
    help: "Inspector version to use instead of the project's own",
    env: [envOf('inspectorVersion')],
    default: undefined,
    defaultText: 'the installed one, or ^2.3.0',
    parse: packageVersion,
  }),
  open: define<boolean>({
    name: 'open',
    group: 'Dev',
    help: 'do not open the Inspector in the browser',
    env: [envOf('open')],
    default: true,
    parse: flag,
  }),
  debug: define<number | undefined>({
    name: 'debug',
    value: 'port',
    bare: '9229',
    group: 'Dev',
    help: 'accept a debugger on this port across reloads; 9229 if omitted',
    env: [envOf('debug')],
    default: undefined,
    defaultText: 'off',
    parse: integer(1, 65_535),
  }),
  clear: define<boolean>({
    name: 'clear',
    group: 'Dev',
    help: 'clear the screen on every reload',
    env: [envOf('clear')],
    default: false,
    parse: flag,
  }),
  watch: define<string[]>({
    name: 'watch',
    value: 'glob',
    repeatable: true,
    group: 'Dev',
    help: 'also reload when these files change, such as data the server reads',
    env: [envOf('watch')],
    default: [],
    parse: texts,
  }),
  ignore: define<string[]>({
    name: 'ignore',
    value: 'glob',
    repeatable: true,
    group: 'Dev',
    help: 'do not reload when these files change',
    env: [envOf('ignore')],
    default: [],
    parse: texts,
  }),
  poll: define<boolean>({
    name: 'poll',
    group: 'Dev',
    help: 'look for changes every 100 ms, where the system does not report them (containers, network drives)',
    env: [envOf('poll')],
    default: false,
    parse: flag,
  }),
} as const

/** How `fastmcp run` is told to do some of the same. */
export const reloadOptions = {
  reload: define<boolean>({
    name: 'reload',
    group: 'Server',
    help: 'reload on every save; clients stay connected',
    env: [envOf('reload')],
    default: false,
    parse: flag,
  }),
  reloadDir: define<string[]>({
    name: 'reloadDir',
    value: 'folder',
    repeatable: true,
    group: 'Server',
    help: 'with --reload, also watch this folder',
    env: [envOf('reloadDir')],
    default: [],
    parse: texts,
  }),
  poll: { ...devOptions.poll, group: 'Server', help: 'with --reload, look for changes every 100 ms' },
  inspect: define<number | undefined>({
    name: 'inspect',
    value: 'port',
    bare: '9229',
    group: 'Server',
    help: 'accept a debugger on this port; 9229 if omitted',
    env: [envOf('inspect')],
    default: undefined,
    defaultText: 'off',
    parse: integer(1, 65_535),
  }),
} as const

/** Everything that can be typed after `fastmcp run`. */
export const runTable = { ...runOptions, ...reloadOptions, ...gatewayOptions } as const

/** Everything that can be typed after `fastmcp dev`. */
export const devTable = {
  ...runOptions,
  transport: { ...runOptions.transport, default: 'streamable-http' as Transport },
  ...devOptions,
} as const
