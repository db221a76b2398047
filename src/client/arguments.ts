import { shown } from '../options/option.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { messageOf, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { alternatives, asSchema, type JsonSchema, propertiesOf, signature } from './json-schema.ts'
import { readValue } from './read-value.ts'

/** One argument as it was typed: `key=value`, read by the schema, or `key:=json`, taken as it is. */
export interface Typed {
  key: string
  text: string
  json: boolean
}

/**
 * Takes a word such as `city=Oslo` or `days:=3` apart.
 * @throws CliError (exit 2) when it is neither.
 */
export function parseTyped(word: string): Typed {
  const equals = word.indexOf('=')
  if (equals <= 0 || word.slice(0, equals) === ':') {
    throw usageError(`"${shown(word)}" is no argument: write name=value, or name:=json`)
  }
  const json = word[equals - 1] === ':'
  return { key: word.slice(0, json ? equals - 1 : equals), text: word.slice(equals + 1), json }
}

/**
 * The arguments of one call: the object that was given whole, and over it what was typed word by word.
 * @throws CliError (exit 2) naming the argument that is refused, unknown or missing.
 */
export function readArguments(
  typed: readonly Typed[],
  whole: Record<string, unknown>,
  schema: JsonSchema,
): Record<string, unknown> {
  const properties = new Map(propertiesOf(schema).map((one) => [one.name, one]))
  const values = new Map(Object.entries(whole))
  for (const [key, group] of byKey(typed)) {
    const property = properties.get(key)
    if (!property && !group.some((one) => one.json)) refuseUnknown(key, properties.keys(), schema)
    values.set(key, readGroup(key, group, property?.schema ?? {}, schema))
  }
  const missing = [...properties.values()].filter((one) => one.required && !values.has(one.name))
  if (missing.length > 0) {
    const names = missing.map((one) => `${one.name}=…`).join(' ')
    throw usageError(`missing: ${names}`, `  it takes ${signature(schema) || 'no arguments'}`)
  }
  return Object.fromEntries(values)
}

function byKey(typed: readonly Typed[]): Map<string, Typed[]> {
  const groups = new Map<string, Typed[]>()
  for (const one of typed) groups.set(one.key, [...(groups.get(one.key) ?? []), one])
  return groups
}

/** A name that is typed more than once gives a list where the schema has one; otherwise the last counts. */
function readGroup(key: string, group: readonly Typed[], schema: JsonSchema, root: JsonSchema): unknown {
  const list = alternatives(schema, root).find((one) => one.type === 'array')
  const values = group.map(({ text, json }) => {
    try {
      if (json) return JSON.parse(text)
      return readValue(text, group.length > 1 && list ? asSchema(list.items) : schema, root)
    } catch (error) {
      if (json) throw usageError(`${key}:= must be followed by JSON, not "${shown(text)}"`)
      throw usageError(`${key}: ${messageOf(error)}`)
    }
  })
  return group.length > 1 && list ? values : values.at(-1)
}

/** A misspelt name would be dropped by most servers without a word. */
function refuseUnknown(key: string, known: Iterable<string>, schema: JsonSchema): void {
  const names = [...known]
  if (names.length === 0 ? acceptsAnything(schema) : allowsMore(schema)) return
  const near = nearest(key, names)
  const ending = near ? `. Did you mean ${near}?` : ''
  throw usageError(
    `there is no argument "${shown(key)}"${ending}`,
    `  it takes ${signature(schema) || 'no arguments'}`,
  )
}

const allowsMore = ({ additionalProperties: more }: JsonSchema) => more === true || isRecord(more)
const acceptsAnything = (schema: JsonSchema) => allowsMore(schema) || schema.properties === undefined
