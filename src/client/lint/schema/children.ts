import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { JsonSchema } from '../../json-schema.ts'
import type { Step } from '../pointer.ts'
import type { SchemaRole } from './node.ts'

/** A schema directly within another one. */
export interface Child {
  readonly steps: readonly Step[]
  readonly value: unknown
  readonly role: SchemaRole
}

/** Keywords whose value is a schema. */
const single = new Map<string, SchemaRole>([
  ['items', 'items'],
  ['additionalItems', 'other'],
  ['contains', 'other'],
  ['additionalProperties', 'other'],
  ['propertyNames', 'name'],
  ['unevaluatedItems', 'other'],
  ['unevaluatedProperties', 'other'],
  ['contentSchema', 'other'],
  ['not', 'branch'],
  ['if', 'branch'],
  ['then', 'branch'],
  ['else', 'branch'],
])
/** Keywords whose value is a list of schemas. */
const lists = new Map<string, SchemaRole>([
  ['items', 'items'],
  ['prefixItems', 'items'],
  ['anyOf', 'branch'],
  ['oneOf', 'branch'],
  ['allOf', 'branch'],
])
/** Keywords whose value holds schemas by names. */
const maps = new Map<string, SchemaRole>([
  ['properties', 'property'],
  ['patternProperties', 'other'],
  ['$defs', 'definition'],
  ['definitions', 'definition'],
  ['dependentSchemas', 'branch'],
])

/** The schemas directly within one, in the order they are written. */
export const childrenOf = (schema: JsonSchema): Child[] =>
  Object.entries(schema).flatMap(([key, value]) => {
    const list = lists.get(key)
    if (Array.isArray(value)) return list ? value.map((one, at) => child([key, at], one, list)) : []
    const role = single.get(key)
    if (role) return [child([key], value, role)]
    const named = maps.get(key)
    if (!named || !isRecord(value)) return []
    return Object.entries(value).map(([name, one]) => child([key, name], one, named))
  })

const child = (steps: readonly Step[], value: unknown, role: SchemaRole): Child => ({ steps, value, role })
