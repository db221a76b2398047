import { own } from '../protocol/own.ts'
import { usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { shortened } from '../terminal/printable.ts'

export type JsonType = 'string' | 'integer' | 'boolean' | 'array' | 'object'

/** The JSON Schema of a value as `fastmcp.json` holds it. */
export interface JsonShape {
  readonly type: JsonType | readonly JsonType[]
  readonly [keyword: string]: unknown
}

/** Turns text into a value. Throws a plain sentence about the text; the caller adds where it came from. */
export interface Parser<T> {
  (text: string): T
  /** What `fastmcp.json` may hold instead of text. */
  readonly json?: JsonShape
}

/** One option, declared once: parsing, help, environment names, `fastmcp.json` and the docs all come from it. */
export interface Option<T> {
  /** The name in `fastmcp.json` and in `run()` options; the flag is the same in kebab case. */
  readonly name: string
  readonly short?: string
  /** What stands for the value in the help; absent for switches. */
  readonly value?: string
  /** The value is optional: `--health` alone means the one given here. */
  readonly bare?: string
  /** May be given more than once; the values add up. */
  readonly repeatable?: boolean
  /** What the levels say adds up as well, where a stronger one that replaced the others would let more callers in. */
  readonly sums?: true
  readonly group: 'Server' | 'Dev' | 'HTTP' | 'Call' | 'Project' | 'Output' | 'Environment' | 'Limits'
  readonly help: string
  /** Environment variables read when the flag is absent, the first that is set. */
  readonly env?: readonly string[]
  /** Can be given in `fastmcp.json`, and in `run()` options. */
  readonly config?: boolean
  readonly code?: boolean
  readonly default: T
  /** How the default reads in the help, where the value itself would not say it. */
  readonly defaultText?: string
  readonly parse: Parser<T>
}

/** The values of a repeatable option together: lists one after the other, also those under one name. */
export function addedUp(before: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return [...(Array.isArray(before) ? before : []), ...value]
  const names = new Map(Object.entries((before ?? {}) as object))
  for (const [name, one] of Object.entries(value as object))
    names.set(name, Array.isArray(one) ? addedUp(names.get(name), one) : one)
  return Object.fromEntries(names)
}

export const flagOf = (option: { name: string }): string =>
  `--${option.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

export const envOf = (name: string): string =>
  `FASTMCP_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** Keeps in the type whether code may give the option: the options of `run()` are typed from it. */
export function define<T>(option: Option<T> & { code: true }): Option<T> & { code: true }
export function define<T>(option: Option<T>): Option<T>
export function define<T>(option: Option<T>): Option<T> {
  return option
}

/** `FASTMCP_X`, derived from the name. */
export const ownEnv = (name: string) => [envOf(name)]

/** Parses one value, naming the flag, variable or file it came from when it is not acceptable. */
export function parseFrom<T>(option: Option<T>, text: string, origin: string): T {
  try {
    return option.parse(text)
  } catch (error) {
    throw usageError(`${origin}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function choice<const T extends string>(
  choices: readonly T[],
  aliases: Record<string, T> = {},
): Parser<T> {
  const names = [...choices, ...Object.keys(aliases)]
  const parse = (text: string): T => {
    const lower = text.toLowerCase()
    const found = choices.find((one) => one === lower) ?? own(aliases, lower)
    if (found !== undefined) return found
    const near = lower === '' ? undefined : nearest(lower, names)
    const meant = near === undefined ? '' : `. Did you mean ${near}?`
    throw new Error(`must be one of ${names.join(', ')}, not "${shown(text)}"${meant}`)
  }
  const json = { type: 'string', enum: names } as const
  return Object.assign(parse, { json })
}

export function integer(least: number, most: number): Parser<number> {
  const parse = (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new Error(`must be a whole number from ${least} to ${most}, not "${shown(text)}"`)
    }
    return value
  }
  return Object.assign(parse, { json: { type: 'integer', minimum: least, maximum: most } as const })
}

const units: Record<string, number> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }

/** Bytes, as people write them: `512kb`, `4mb`, `1.5 MB`, `4194304`. A kb is 1024 bytes. */
export function size(least: number, most: number): Parser<number> {
  const parse = (text: string): number => {
    const [, number = '', unit = ''] = /^(\d{1,16}(?:\.\d{1,6})?) ?([kmg]?b)?$/i.exec(text.trim()) ?? []
    const value = Math.floor(Number(number) * (units[unit.toLowerCase()] ?? Number.NaN))
    if (number === '' || !(value >= least && value <= most)) {
      throw new Error(`must be a size from ${sizeText(least)} to ${sizeText(most)}, not "${shown(text)}"`)
    }
    return value
  }
  return Object.assign(parse, { json: { type: ['string', 'integer'] } as const })
}

/** Bytes as they are typed: `4mb`. */
export function sizeText(bytes: number): string {
  const unit = ['gb', 'mb', 'kb'].find((one) => bytes % (units[one] ?? 1) === 0)
  return unit ? `${bytes / (units[unit] ?? 1)}${unit}` : `${bytes}`
}

export function flag(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true
  if (/^(false|0|no|off)$/i.test(text)) return false
  throw new Error(`must be true or false, not "${shown(text)}"`)
}

flag.json = { type: 'boolean' } as const

/** A comma-separated list; the flag may be repeated as well. */
export function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.includes('')) throw new Error(`has an empty item in "${shown(text)}"`)
  return items
}

list.json = { type: 'array', items: { type: 'string' } } as const

/** An absolute URL path. A missing slash is added; anything a URL would read otherwise is refused. */
export function urlPath(text: string): string {
  const path = text.startsWith('/') ? text : `/${text}`
  if (/^\/\/|[?#\s\\%]|[^\x21-\x7e]|\/\.{1,2}(\/|$)/.test(path) || text === '') {
    throw new Error(`must be a plain URL path such as /mcp, not "${shown(text)}"`)
  }
  return path
}

urlPath.json = { type: 'string', minLength: 1 } as const

/** One variable, as in `NAME=value`. */
export function assignment(value: string): Record<string, string> {
  const equals = value.indexOf('=')
  const name = value.slice(0, Math.max(equals, 0))
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error('must be NAME=value')
  return { [name]: value.slice(equals + 1) }
}

assignment.json = { type: 'object', additionalProperties: { type: 'string' } } as const

/** The name of an environment variable; a token typed here by mistake is not repeated in the error. */
export function variableName(value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) throw new Error('must be the name of an environment variable')
  return value
}
variableName.json = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } as const

export function text(value: string): string {
  if (value === '') throw new Error('must not be empty')
  return value
}
text.json = { type: 'string', minLength: 1 } as const

/** Where sessions are kept: in the process, or in a file. */
export function storeLocation(value: string): string {
  if (value !== 'memory' && !/^file:./.test(value))
    throw new Error(`must be memory or file:PATH, such as file:sessions.db, not "${shown(value)}"`)
  return value
}
storeLocation.json = { type: 'string', pattern: '^(memory|file:.+)$' } as const

/** One of several texts. */
export const texts = (value: string): string[] => [text(value)]
texts.json = { type: 'array', items: { type: 'string' } } as const

/** User input inside a message: on one line, and not longer than a line. */
export const shown = (value: string): string => shortened(value.replace(/[\x00-\x1f\x7f]/g, '?'), 60, 57)
