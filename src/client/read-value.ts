import { shown } from '../options/option.ts'
import { alternatives, asSchema, type JsonSchema, typeName } from './json-schema.ts'

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
      return text.trim().startsWith('{') ? parsed(text) : undefined
    default:
      return parsed(text) ?? text
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
    const value = parsed(text)
    return Array.isArray(value) ? value : undefined
  }
  if (text === '') return []
  if (depth > deepest) return undefined
  const items = asSchema(schema.items)
  return text.split(',').map((item) => readValue(item.trim(), items, root, depth + 1))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
