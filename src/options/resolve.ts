import { isIP } from 'node:net'
import { type CliError, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import type { GivenFor } from './command-line.ts'
import { configValue, givenValue } from './config-value.ts'
import { flagOf, type Option, parseFrom, shown } from './option.ts'
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
  const byName = new Map<string, Option<unknown>>(options().filter(([, option]) => option[level]))
  for (const [name, value] of Object.entries(values)) {
    const option = byName.get(name)
    if (!option) throw unknownKey(name, [...byName.keys(), ...(level === 'config' ? ownKeys : [])], from)
    if (value === undefined) continue
    const parse = level === 'config' ? configValue : givenValue
    given[name as RunOptionName] = { value: parse(option, value, from), from }
  }
  return given
}

/** The keys of `fastmcp.json` that are no options. */
const ownKeys = ['source', 'args', '$schema']

function unknownKey(name: string, known: readonly string[], from: string): CliError {
  const near = nearest(name, known)
  return usageError(`${from}: there is no option "${shown(name)}"${near ? `. Did you mean "${near}"?` : ''}`)
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

const options = () => Object.entries(runOptions) as [RunOptionName, Option<unknown>][]

/** Whether a bare `HOST` is meant for us: shells and CI systems set it to the machine's name. */
const isBindableHost = (value: string): boolean =>
  value === 'localhost' || isIP(value.replace(/^\[|\]$/g, '')) !== 0
