import { own } from '../config/own.ts'
import { isRecord } from '../jsonrpc.ts'

/** A JSON Schema, as far as it matters for reading values from words. */
export type JsonSchema = Record<string, unknown>

export const asSchema = (value: unknown): JsonSchema => (isRecord(value) ? value : {})

/** Follows `$ref` within the document; a reference that leads nowhere accepts anything. */
export function resolved(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema {
  const { $ref: reference } = schema
  if (typeof reference !== 'string' || depth > 20) return schema
  const path = reference.startsWith('#/') ? reference.slice(2).split('/') : undefined
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

/** The schemas of which a value has to match one, in the order they are written. */
export function alternatives(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const own = resolved(schema, root)
  const { anyOf, oneOf, allOf, type } = own
  for (const list of [anyOf, oneOf]) {
    if (Array.isArray(list)) return list.flatMap((one) => alternatives(asSchema(one), root))
  }
  if (Array.isArray(allOf) && allOf.length === 1) return alternatives(asSchema(allOf[0]), root)
  if (Array.isArray(type)) return type.map((one) => ({ ...own, type: one }))
  return [own]
}

/** How a schema reads in a table: `string`, `number[]`, `"a" | "b"`. */
export function typeName(schema: JsonSchema, root: JsonSchema): string {
  const names = alternatives(schema, root).map((one) => nameOfOne(one, root))
  return [...new Set(names)].join(' | ')
}

function nameOfOne(schema: JsonSchema, root: JsonSchema): string {
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (schema.type === 'array') {
    const item = typeName(asSchema(schema.items), root)
    return item.includes(' ') ? `(${item})[]` : `${item}[]`
  }
  return typeof schema.type === 'string' ? schema.type : 'any'
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
