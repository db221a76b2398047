import { isRecord } from '../protocol/jsonrpc.ts'
import { usageError } from '../terminal/errors.ts'
import { assignment, type JsonShape, type JsonType, type Option, parseFrom, shown } from './option.ts'

/**
 * The value of an option in `fastmcp.json`, which must have the type that the published schema says.
 * @throws CliError (exit 2) naming the file, the key and what would do.
 */
export function configValue(option: Option<unknown>, value: unknown, file: string): unknown {
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
export function givenValue(option: Option<unknown>, value: unknown, from: string): unknown {
  const origin = `${from}: ${option.name}`
  if (option.bare !== undefined && value === true) return option.bare
  if (Array.isArray(value)) {
    if (!option.repeatable) throw usageError(`${origin}: must not be a list`)
    return value.flatMap((item) => parseFrom(option, String(item), origin))
  }
  if (!isRecord(value)) return parseFrom(option, String(value), origin)
  if (option.parse.json?.type !== 'object') throw usageError(`${origin}: must not be an object`)
  const pairs = Object.entries(value).map(([name, text]) => `${name}=${String(text)}`)
  const parsed = pairs.map((pair) => parseFrom({ ...option, parse: assignment }, pair, origin))
  return Object.fromEntries(parsed.flatMap((one) => Object.entries(one as Record<string, string>)))
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

const namesOf = ({ type }: JsonShape) =>
  [type]
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
