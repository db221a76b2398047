import { isIP } from 'node:net'
import { isRecord } from '../protocol/jsonrpc.ts'
import { type CliError, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { Output } from '../terminal/output.ts'
import { checkCallerSettings } from './checks/caller-check.ts'
import { checkOperatorSettings, checkReplicaSettings, checkSessionSettings } from './checks/serving-check.ts'
import type { GivenFor } from './command-line.ts'
import { httpRunOptions } from './http-run-options.ts'
import { addedUp, flagOf, type JsonShape, type JsonType, type Option, parseFrom, shown } from './option.ts'
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
    const { sums }: Option<unknown> = runOptions[name]
    settings[name] = given
      ? { value: sums ? sumOf(levels, name) : given.value, origin, from: given.from }
      : { value: runOptions[name].default, origin: 'default', from: 'default' }
  }
  return settings as Settings
}

const sumOf = (levels: Levels, name: RunOptionName): unknown =>
  Object.values(levels).reduce<unknown>(
    (sum, level) => (level[name] === undefined ? sum : addedUp(sum, level[name].value)),
    undefined,
  )

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
  return usageError(`${from}: unknown option "${shown(name)}"${near ? `. Did you mean "${near}"?` : ''}`)
}

const httpOnly = Object.keys(httpRunOptions) as (keyof typeof httpRunOptions)[]

/** Settings that contradict each other, such as a port for stdio. */
export function checkSettings(settings: Settings): void {
  if (settings.transport.value === 'stdio') {
    const useless = httpOnly.find((name) => settings[name].origin === 'flag')
    if (!useless) return
    const wanted = useless === 'messagePath' ? 'sse' : 'http'
    throw usageError(
      `${flagOf(runOptions[useless])} has no effect on stdio. Add -t ${wanted}, or leave it out.`,
    )
  }
  checkCallerSettings(settings)
  checkOperatorSettings(settings)
  checkReplicaSettings(settings)
  checkSessionSettings(settings)
}

/** The runner's voice as the settings want it: quiet on stdio, where some clients show stderr as errors. */
export function outputFor({ logLevel, logFormat, transport }: Settings): Output {
  const fallback = transport.value === 'stdio' ? 'warning' : 'info'
  return new Output(logLevel.value ?? fallback, logFormat.value)
}

const options = () => Object.entries(runOptions) as [RunOptionName, Option<unknown>][]

/** Whether a bare `HOST` is meant for us: shells and CI systems set it to the machine's name. */
const isBindableHost = (value: string): boolean =>
  value === 'localhost' || isIP(value.replace(/^\[|\]$/g, '')) !== 0

/**
 * The value of an option in `fastmcp.json`, which must have the type that the published schema says.
 * @throws CliError (exit 2) naming the file, the key and what would do.
 */
function configValue(option: Option<unknown>, value: unknown, file: string): unknown {
  if (option.bare !== undefined && value === true) return option.bare
  const origin = `${file}: ${option.name}`
  const wanted = option.parse.json ?? { type: 'string' }
  if (!hasType(value, wanted)) {
    throw usageError(`${origin}: must be ${namesOf(wanted)}, not ${shown(JSON.stringify(value))}`)
  }
  return givenValue(option, value, file)
}

/**
 * The value of an option in an object of user code, as lenient as JavaScript is.
 * @throws CliError (exit 2) naming where the object is, the key and what would do.
 */
function givenValue(option: Option<unknown>, value: unknown, from: string): unknown {
  const origin = `${from}: ${option.name}`
  if (option.bare !== undefined && typeof value === 'boolean') return value ? option.bare : option.default
  if (Array.isArray(value)) {
    if (!option.repeatable) throw usageError(`${origin}: must be a single value`)
    return value.flatMap((item) => parseFrom(option, String(item), origin))
  }
  if (!isRecord(value)) return parseFrom(option, String(value), origin)
  if (option.parse.json?.type !== 'object') throw usageError(`${origin}: must not be an object`)
  const parsed = Object.entries(value).map(([name, text]): [string, unknown] => {
    // A name that is not typed may hold what would end it there.
    const inList = Array.isArray(text)
    const one = parseFrom(option, `${inList ? 'name' : name}=${[text].flat().join(' ')}`, origin)
    return inList
      ? [name, Object.values(one as object)[0]]
      : (Object.entries(one as object)[0] ?? [name, text])
  })
  return Object.fromEntries(parsed)
}

function hasType(value: unknown, { type, items, additionalProperties }: JsonShape): boolean {
  if (typeof type !== 'string') return type.some((one) => hasType(value, { type: one }))
  if (type === 'integer') return typeof value === 'number'
  if (type === 'array') return Array.isArray(value) && value.every((one) => hasType(one, items as JsonShape))
  if (type === 'object')
    return (
      isRecord(value) && Object.values(value).every((one) => hasType(one, additionalProperties as JsonShape))
    )
  return typeof value === type
}

const namesOf = ({ type, additionalProperties: values }: JsonShape) =>
  isRecord(values) && values.type === 'array'
    ? 'an object of names and lists of strings'
    : [type]
        .flat()
        .map((one) => nameOf[one])
        .join(' or ')

const nameOf: Record<JsonType, string> = {
  string: 'a string',
  integer: 'a number',
  boolean: 'true or false',
  array: 'a list of strings',
  object: 'an object of names and strings',
}
