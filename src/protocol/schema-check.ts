import { messageOf } from '../terminal/errors.ts'
import { isRecord } from './jsonrpc.ts'

/** Which side of a call a schema describes. */
export type Direction = 'input' | 'output'

/** A Standard Schema that can tell its JSON Schema. */
export interface Convertible {
  '~standard': { jsonSchema: Record<Direction, (options: { target: string }) => Record<string, unknown>> }
}

/** Whether a schema can tell its JSON Schema by itself. */
export function isConvertible(schema: unknown): schema is Convertible {
  // Some libraries' schemas are functions.
  if (typeof schema !== 'function' && !isRecord(schema)) return false
  const standard: unknown = Reflect.get(schema, '~standard')
  return isRecord(standard) && isRecord(standard.jsonSchema)
}

/** RFC 9110, token: what an HTTP header may be called. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * Why clients could not use a schema, found when it is registered and not when the first client lists it; as the
 * rest of a sentence about it, `undefined` when nothing is wrong.
 */
export function schemaFault(schema: object, direction: Direction): string | undefined {
  if (!isConvertible(schema)) return undefined
  try {
    const json = schema['~standard'].jsonSchema[direction]({ target: 'draft-2020-12' })
    if (direction === 'input' && json.type !== undefined && json.type !== 'object')
      return `must describe an object, not ${JSON.stringify(json.type)}: wrap it in z.object({ … })`
    return partFault(json)
  } catch (error) {
    // A getter may name a schema that is declared further down; it can be told once the file has loaded.
    if (error instanceof ReferenceError) return undefined
    if (error instanceof RangeError) return 'is nested too deep to be told to clients'
    return `has no JSON Schema that clients could be told: ${messageOf(error)}`
  }
}

function partFault(part: unknown): string | undefined {
  if (Array.isArray(part)) return first(part)
  if (!isRecord(part)) return undefined
  const { $ref: reference, 'x-mcp-header': header } = part
  if (typeof reference === 'string' && !reference.startsWith('#'))
    return `refers to ${JSON.stringify(reference)}, which clients must not fetch: put it into the schema itself`
  if (header !== undefined && !(typeof header === 'string' && headerName.test(header)))
    return `has the x-mcp-header ${JSON.stringify(header)}, which is not an HTTP header name`
  return first(Object.values(part))
}

function first(parts: readonly unknown[]): string | undefined {
  for (const part of parts) {
    const fault = partFault(part)
    if (fault !== undefined) return fault
  }
  return undefined
}
