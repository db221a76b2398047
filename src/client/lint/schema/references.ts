import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { SchemaNode } from './node.ts'
import type { Walked } from './walk.ts'

/** A `$ref`, and where it leads. */
export interface Reference {
  readonly node: SchemaNode
  readonly text: string
  /** The schema that is meant; absent where there is none, or it is elsewhere. */
  readonly target: unknown
  readonly leads: 'within' | 'nowhere' | 'elsewhere'
}

/** All `$ref` of a schema. */
export function referencesOf({ nodes, root, cut }: Walked): Reference[] {
  const names = anchorsOf(nodes)
  return nodes.flatMap((node): Reference[] => {
    const { $ref: text } = node.schema
    if (typeof text !== 'string') return []
    const isPointer = /^#(?:\/|$)/.test(text)
    const target = isPointer ? pointedAt(text, root.value) : names.get(text)
    if (isRecord(target) || typeof target === 'boolean') return [{ node, text, target, leads: 'within' }]
    // What was not looked at may hold the anchor.
    if (cut && !isPointer && text.startsWith('#')) return []
    return [{ node, text, target: undefined, leads: text.startsWith('#') ? 'nowhere' : 'elsewhere' }]
  })
}

/** Schemas by the names that they have given themselves. */
function anchorsOf(nodes: readonly SchemaNode[]): Map<string, unknown> {
  const names = new Map<string, unknown>()
  for (const { schema } of nodes) {
    if (typeof schema.$anchor === 'string') names.set(`#${schema.$anchor}`, schema)
    if (typeof schema.$dynamicAnchor === 'string') names.set(`#${schema.$dynamicAnchor}`, schema)
    if (typeof schema.$id === 'string') names.set(schema.$id, schema)
  }
  return names
}

/** What a JSON pointer in a fragment means (RFC 6901, section 6). */
function pointedAt(text: string, root: unknown): unknown {
  let at = root
  for (const part of text.split('/').slice(1)) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = Reflect.get(at, name)
  }
  return at
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
