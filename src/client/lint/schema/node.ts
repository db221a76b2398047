import type { JsonSchema } from '../../json-schema.ts'
import type { Step } from '../pointer.ts'

/** What a schema is to the one that holds it. */
export type SchemaRole = 'root' | 'property' | 'items' | 'branch' | 'definition' | 'name' | 'other'

/** Of which side of a tool a schema tells: an output is read by clients, and not by models' providers. */
export type Use = 'input' | 'output'

/** A schema within a schema, or whatever stands where one should. */
export interface SchemaNode {
  readonly value: unknown
  /** The value, or an empty schema where it is none. */
  readonly schema: JsonSchema
  readonly parent: SchemaNode | undefined
  /** From the parent. */
  readonly steps: readonly Step[]
  readonly role: SchemaRole
  readonly use: Use
  /** Schemas around it. */
  readonly depth: number
  /** Levels of data: properties and items, but not alternatives, count. */
  readonly level: number
}

/** The way from the root. */
export function stepsTo(node: SchemaNode): Step[] {
  const parts: (readonly Step[])[] = []
  for (let at: SchemaNode | undefined = node; at; at = at.parent) parts.push(at.steps)
  return parts.reverse().flat()
}

/** The types that a schema names, if they are texts. */
export function typesOf({ type }: JsonSchema): string[] {
  const types: unknown[] = Array.isArray(type) ? type : [type]
  return types.filter((one) => typeof one === 'string')
}

/** Whether a schema lets values of this type through, as far as its `type` says. */
export const allowsType = (schema: JsonSchema, type: string): boolean =>
  schema.type === undefined || typesOf(schema).includes(type)
