import { usageError } from '../terminal/errors.ts'
import type { GivenFor } from './command-line.ts'
import { loginOptions } from './login-options.ts'
import { define, flag, text } from './option.ts'

/** Headers for a server at a URL. */
export const header = define<Record<string, string>>({
  name: 'header',
  value: 'Name: value',
  repeatable: true,
  group: 'Server',
  help: 'send this header to a URL, such as "Authorization: Bearer …"',
  default: {},
  parse: headerOf,
})

function headerOf(line: string): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error('must be "Name: value"')
  return { [name]: value }
}

/** A program that is the server. */
export const exec = define<string | undefined>({
  name: 'exec',
  value: 'command',
  group: 'Server',
  help: 'run a program that speaks MCP on stdio, in any language; one process per session',
  default: undefined,
  parse: text,
})

/** How `fastmcp run` is told of a server that it reaches rather than loads. */
export const gatewayOptions = {
  exec,
  yes: define<boolean>({
    name: 'yes',
    short: 'y',
    group: 'Server',
    help: 'install the package of npm:name without asking',
    default: false,
    parse: flag,
  }),
  header,
  ...loginOptions,
} as const

/**
 * Holds the options of a command line against a server that is reached rather than loaded.
 * @throws CliError (exit 2) for one that only means something to what loads a file.
 */
export function checkExternal(given: GivenFor<string>): void {
  const useless = ['reload', 'inspect', 'import', 'require'].find((name) => given[name])
  if (useless !== undefined)
    throw usageError(`--${useless} needs a server file, and this server runs elsewhere. Leave it out.`)
}

/** The scheme of a text that is written as a URL, in lower case. */
export const schemeOf = (text: string): string | undefined =>
  /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()

/**
 * How a spec may name a server that is reached rather than loaded, told by its spelling alone: a URL, a JSON file that
 * may hold `mcpServers`, or `@client/name`, which may also be a package. Anything else is loaded.
 */
export function externalKind(spec: string): 'url' | 'json' | 'configured' | undefined {
  if (schemeOf(spec) !== undefined) return 'url'
  if (/^@[\w-]+\/./.test(spec)) return 'configured'
  return /\.json(:[^/\\]+)?$/i.test(spec) ? 'json' : undefined
}
