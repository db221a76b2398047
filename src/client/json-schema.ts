import { shown } from '../options/option.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { own } from '../protocol/own.ts'
import { parsedJson } from '../protocol/parsed-json.ts'

/** A JSON Schema, as far as it matters for reading values from words. */
export type JsonSchema = Record<string, unknown>

export const asSchema = (value: unknown): JsonSchema => (isRecord(value) ? value : {})

/** Follows `$ref` within the document; a reference that leads nowhere accepts anything. */
export function resolved(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema {
  const { $ref: reference } = schema
  if (typeof reference !== 'string' || depth > 20) return schema
  const path = /^#(?:\/|$)/.test(reference) ? reference.split('/').slice(1) : undefined
  const found = path?.reduce<unknown>(
    (at, part) => (isRecord(at) ? own(at, unescaped(part)) : undefined),
    root,
  )
  return isRecord(found) ? resolved(found, root, depth + 1) : {}
}

/** One step of a JSON pointer in a fragment (RFC 6901, section 6). */
const unescaped = (part: string) => percentDecoded(part).replaceAll('~1', '/').replaceAll('~0', '~')

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The schemas of which a value has to match one, in the order they are written; each once, however it is reached. */
export function alternatives(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const found: JsonSchema[] = []
  const seen = new Set<JsonSchema>()
  const left = [schema]
  for (let next = left.pop(); next; next = left.pop()) {
    const one = resolved(next, root)
    if (seen.has(one)) continue
    seen.add(one)
    const list = choices(one)
    // The last of the list is looked at first.
    for (const choice of list?.reverse() ?? []) left.push(choice)
    if (!list) for (const typed of oneOfEachType(one)) found.push(typed)
  }
  return found
}

function choices({ anyOf, oneOf, allOf }: JsonSchema): JsonSchema[] | undefined {
  for (const list of [anyOf, oneOf]) if (Array.isArray(list)) return list.map(asSchema)
  return Array.isArray(allOf) && allOf.length === 1 ? allOf.map(asSchema) : undefined
}

const oneOfEachType = (schema: JsonSchema): JsonSchema[] =>
  Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema]

/** Lists within lists that are named, and the characters that the name of what is in a list may have. */
const nameLimits = { depth: 8, item: 200 }

/** How a schema reads in a table: `string`, `number[]`, `"a" | "b"`; `any` for what has no end, or no short name. */
export function typeName(schema: JsonSchema, root: JsonSchema): string {
  const named = new Map<JsonSchema, string>()
  const nameOf = (one: JsonSchema, depth: number): string => {
    const names = alternatives(one, root).map((alternative) => nameOfOne(alternative, depth))
    return [...new Set(names)].join(' | ') || 'any'
  }
  const nameOfOne = (one: JsonSchema, depth: number): string => {
    if ('const' in one) return JSON.stringify(one.const)
    if (Array.isArray(one.enum)) return one.enum.map((value) => JSON.stringify(value)).join(' | ')
    if (one.type !== 'array') return typeof one.type === 'string' ? one.type : 'any'
    const item = itemName(resolved(asSchema(one.items), root), depth + 1)
    return item.includes(' ') ? `(${item})[]` : `${item}[]`
  }
  const itemName = (item: JsonSchema, depth: number): string => {
    const before = named.get(item)
    if (before !== undefined || depth > nameLimits.depth) return before ?? 'any'
    // Until it has its name: a list of itself is a list of anything.
    named.set(item, 'any')
    const whole = nameOf(item, depth)
    const name = whole.length > nameLimits.item ? 'any' : whole
    named.set(item, name)
    return name
  }
  return nameOf(schema, 0)
}

/** The properties of an object schema, with whether each is required. */
export function propertiesOf(schema: JsonSchema): { name: string; schema: JsonSchema; required: boolean }[] {
  const own = resolved(schema, schema)
  const required = Array.isArray(own.required) ? own.required : []
  return Object.entries(asSchema(own.properties)).map(([name, property]) => ({
    name,
    schema: asSchema(property),
    required: required.includes(name),
  }))
}

/** How the arguments are typed: `city=string [days=integer]`. */
export function signature(schema: JsonSchema): string {
  const words = propertiesOf(schema).map(({ name, schema: property, required }) => {
    const word = `${name}=${typeName(property, schema)}`
    return required ? word : `[${word}]`
  })
  return words.join(' ')
}

/**
 * Reads what a person typed as the value a schema asks for: `1` is a number where the schema says so, and text
 * where it says that.
 * @throws Error that says what it must be.
 */
export function readValue(text: string, schema: JsonSchema, root: JsonSchema, depth = 0): unknown {
  for (const one of alternatives(schema, root)) {
    const value = readAs(text, one, root, depth)
    if (value !== undefined) return value
  }
  throw new Error(`must be ${typeName(schema, root)}, not "${shown(text)}"`)
}

/** The value, or `undefined` when the text is none of this schema. */
function readAs(text: string, schema: JsonSchema, root: JsonSchema, depth: number): unknown {
  const listed = 'const' in schema ? [schema.const] : schema.enum
  if (Array.isArray(listed)) return listed.find((one) => String(one) === text)
  switch (schema.type) {
    case 'string':
      return text
    case 'number':
      return isNumber(text) ? Number(text) : undefined
    case 'integer':
      return isNumber(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
    case 'boolean':
      return readBoolean(text)
    case 'null':
      return text === 'null' ? null : undefined
    case 'array':
      return readArray(text, schema, root, depth)
    case 'object':
      return text.trim().startsWith('{') ? parsedJson(text) : undefined
    default:
      return parsedJson(text) ?? text
  }
}

const isNumber = (text: string) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)

function readBoolean(text: string): boolean | undefined {
  if (/^(true|yes|1)$/i.test(text)) return true
  return /^(false|no|0)$/i.test(text) ? false : undefined
}

/** A list of lists of itself would be read without an end. */
const deepest = 8

/** JSON, or the items with commas between them. */
function readArray(text: string, schema: JsonSchema, root: JsonSchema, depth: number): unknown[] | undefined {
  if (text.trim().startsWith('[')) {
    const value = parsedJson(text)
    return Array.isArray(value) ? value : undefined
  }
  if (text === '') return []
  if (depth > deepest) return undefined
  const items = asSchema(schema.items)
  return text.split(',').map((item) => readValue(item.trim(), items, root, depth + 1))
}
