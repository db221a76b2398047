import type { Fault } from '../check.ts'
import { type SchemaNode, stepsTo } from './node.ts'

const keyword = 'x-mcp-header'

/** What is wrong with the headers that arguments are to be sent in, too (SEP-2243, since 2026-07-28). */
export function headerFaults(nodes: readonly SchemaNode[]): Fault[] {
  const seen = new Set<string>()
  return nodes
    .filter(({ schema }) => Object.hasOwn(schema, keyword))
    .flatMap((node) => {
      const text = faultOf(node, seen)
      return text === undefined ? [] : [{ at: stepsTo(node), text }]
    })
}

function faultOf(node: SchemaNode, seen: Set<string>): string | undefined {
  const { [keyword]: header, type } = node.schema
  if (!isReachable(node)) return `has ${keyword} where it is not reached by properties alone`
  if (typeof header !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header))
    return `has an ${keyword} that is not the name of a header`
  if (typeof type !== 'string' || !['string', 'integer', 'boolean'].includes(type))
    return `has ${keyword} and is not of type string, integer or boolean`
  const name = header.toLowerCase()
  if (seen.has(name)) return `has the ${keyword} of another argument`
  seen.add(name)
  return undefined
}

function isReachable(node: SchemaNode): boolean {
  if (node.role === 'root') return false
  let at: SchemaNode | undefined = node
  while (at && at.role === 'property') at = at.parent
  return at?.role === 'root'
}
