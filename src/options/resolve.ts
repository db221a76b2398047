import { isIP } from 'node:net'
import { usageError } from '../errors.ts'
import type { GivenFor } from './command-line.ts'
import { flagOf, type Option, parseFrom } from './option.ts'
import { type RunOptionName, type RunValues, runOptions } from './run-options.ts'

/** Where a setting came from, strongest first. */
export type Origin = 'flag' | 'env' | 'fastmcp.json' | 'code' | 'default'

export interface Setting<T> {
  value: T
  origin: Origin
  /** The flag, variable or file that gave it, for messages. */
  from: string
}

export type Settings = { [K in RunOptionName]: Setting<RunValues[K]> }

export type Given = GivenFor<RunOptionName>

/** What each level of the precedence says, as far as it says anything. */
export type Levels = Partial<Record<Exclude<Origin, 'default'>, Given>>

/** Merges the levels: flag > environment > `fastmcp.json` > options in the code > default. */
export function resolveSettings(levels: Levels): Settings {
  const order = ['flag', 'env', 'fastmcp.json', 'code'] as const
  const settings: Partial<Record<RunOptionName, Setting<unknown>>> = {}
  for (const name of Object.keys(runOptions) as RunOptionName[]) {
    const origin = order.find((level) => levels[level]?.[name] !== undefined)
    const given = origin && levels[origin]?.[name]
    settings[name] = given
      ? { value: given.value, origin, from: given.from }
      : { value: runOptions[name].default, origin: 'default', from: 'default' }
  }
  return settings as Settings
}

/** The settings that environment variables give. `HOST` counts only when it is an address to bind. */
export function givenByEnv(env: NodeJS.ProcessEnv): Given {
  const given: Given = {}
  for (const [name, option] of options()) {
    for (const variable of option.env ?? []) {
      const value = env[variable]
      if (value === undefined || (variable === 'HOST' && !isBindableHost(value))) continue
      given[name] = { value: parseFrom(option, value, variable), from: variable }
      break
    }
  }
  return given
}

/**
 * The settings of a plain object, as `fastmcp.json` and `run()` options hold them.
 * @throws CliError (exit 2) for an unknown name or a value that is not acceptable.
 */
export function givenByObject(
  values: Record<string, unknown>,
  level: 'config' | 'code',
  from: string,
): Given {
  const given: Given = {}
  const byName = new Map<string, Option<unknown>>(options())
  for (const [name, value] of Object.entries(values)) {
    const option = byName.get(name)
    if (!option?.[level]) throw usageError(`${from}: there is no option "${name}"`)
    if (value === undefined) continue
    const parsed =
      option.value === 'NAME=value' ? stringMap(value, `${from}: ${name}`) : parseAny(option, value, from)
    given[name as RunOptionName] = { value: parsed, from }
  }
  return given
}

/** Settings that contradict each other, such as a port for stdio. */
export function checkSettings(settings: Settings): void {
  const httpOnly = ['host', 'port', 'path', 'stateless', 'jsonResponse', 'health', 'tokenEnv'] as const
  if (settings.transport.value === 'stdio') {
    const useless = httpOnly.find((name) => settings[name].origin === 'flag')
    if (!useless) return
    throw usageError(
      `${flagOf(runOptions[useless])} has no meaning with stdio. Add -t http, or leave it out.`,
    )
  }
  if (settings.transport.value === 'sse' && settings.stateless.value) {
    throw usageError('--stateless has no meaning with SSE, which is one long session. Use -t http.')
  }
}

function parseAny(option: Option<unknown>, value: unknown, from: string): unknown {
  const origin = `${from}: ${option.name}`
  if (Array.isArray(value)) {
    if (!option.repeatable) throw usageError(`${origin}: must not be a list`)
    return value.flatMap((item) => parseFrom(option, String(item), origin))
  }
  if (typeof value === 'object') throw usageError(`${origin}: must not be an object`)
  if (option.bare !== undefined && value === true) return option.bare
  return parseFrom(option, String(value), origin)
}

function stringMap(value: unknown, from: string): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError(`${from}: must be an object of names and values`)
  }
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}

const options = () => Object.entries(runOptions) as [RunOptionName, Option<unknown>][]

/** Whether a bare `HOST` is meant for us: shells and CI systems set it to the machine's name. */
const isBindableHost = (value: string): boolean =>
  value === 'localhost' || isIP(value.replace(/^\[|\]$/g, '')) !== 0
