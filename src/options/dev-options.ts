import { define, envOf, flag, text } from './option.ts'
import { runOptions, type Transport } from './run-options.ts'

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
  watch: define<string[]>({
    name: 'watch',
    value: 'glob',
    repeatable: true,
    group: 'Dev',
    help: 'reload when these files change too, such as data that the server reads',
    env: [envOf('watch')],
    default: [],
    parse: (value) => [text(value)],
  }),
  ignore: define<string[]>({
    name: 'ignore',
    value: 'glob',
    repeatable: true,
    group: 'Dev',
    help: 'do not reload when these files change',
    env: [envOf('ignore')],
    default: [],
    parse: (value) => [text(value)],
  }),
} as const

/** Everything that can be typed after `fastmcp dev`. */
export const devTable = {
  ...runOptions,
  transport: { ...runOptions.transport, default: 'streamable-http' as Transport },
  ...devOptions,
} as const
