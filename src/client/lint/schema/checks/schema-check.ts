import { shortened } from '../../../../terminal/printable.ts'
import type { Check, Client } from '../../check.ts'
import type { SchemaNode } from '../node.ts'

/** A check of one schema within a schema, alone. */
export type SchemaCheck = Check<SchemaNode>

/** Their validators throw, and since SDK v1.22 that of one output schema fails the whole list. */
export const official: readonly Client[] = ['clients built on the official SDKs']

/** A list as it is read aloud. */
export const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

/** A value as it is quoted in a finding. */
export function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return shortened(JSON.stringify(value) ?? String(value), 60, 57)
}
