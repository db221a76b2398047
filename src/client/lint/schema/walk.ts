import { asSchema } from '../../json-schema.ts'
import { childrenOf } from './children.ts'
import type { SchemaNode, Use } from './node.ts'

/** Schemas within one another that are looked at: the official SDKs' validators run out of stack before 600. */
export const deepest = 500

/** Schemas that are looked at in one input or output. */
const most = 50_000

/** All that was found on the way through a schema. */
export interface Walked {
  readonly use: Use
  readonly root: SchemaNode
  readonly nodes: readonly SchemaNode[]
  /** The first that is too deep or too many; nothing below or behind it is among the nodes. */
  readonly cut: SchemaNode | undefined
}

/** Every schema within a schema, itself first, in the order they are written; a circle of objects ends where it closes. */
export function walk(value: unknown, use: Use): Walked {
  const root: SchemaNode = {
    value,
    schema: asSchema(value),
    parent: undefined,
    steps: [],
    role: 'root',
    use,
    depth: 0,
    level: 0,
  }
  const nodes: SchemaNode[] = []
  let cut: SchemaNode | undefined
  const left = [root]
  for (let node = left.pop(); node; node = left.pop()) {
    if (node.depth > deepest || nodes.length >= most) {
      cut ??= node
      continue
    }
    nodes.push(node)
    const children = within(node)
    if (children.length > 0 && !holdsItself(node)) for (const child of children.reverse()) left.push(child)
  }
  return { use, root, nodes, cut }
}

function within(parent: SchemaNode): SchemaNode[] {
  const { use, depth, level } = parent
  return childrenOf(parent.schema).map(({ steps, value, role }) => ({
    value,
    schema: asSchema(value),
    parent,
    steps,
    role,
    use,
    depth: depth + 1,
    level: level + (role === 'property' || role === 'items' ? 1 : 0),
  }))
}

/** A schema that never was on the wire may hold itself. */
function holdsItself({ value, parent }: SchemaNode): boolean {
  for (let at = parent; at; at = at.parent) if (at.value === value) return true
  return false
}
