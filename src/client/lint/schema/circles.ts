import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { SchemaNode } from './node.ts'
import type { Reference } from './references.ts'

/** The references that lead from one to the next and back, and never to a schema that says anything. */
export function endless(references: readonly Reference[]): Reference[] {
  const next = new Map(references.filter(isBare).map(({ node, target }) => [node.value, target]))
  const known = new Map<unknown, boolean>()
  return references.filter(({ target }) => isEndless(target, next, known))
}

function isEndless(
  from: unknown,
  next: ReadonlyMap<unknown, unknown>,
  known: Map<unknown, boolean>,
): boolean {
  const passed = new Set<unknown>()
  let at = from
  while (next.has(at) && !known.has(at) && !passed.has(at)) {
    passed.add(at)
    at = next.get(at)
  }
  const result = known.get(at) ?? passed.has(at)
  for (const one of passed) known.set(one, result)
  return result
}

/** It says nothing but where it leads. */
const isBare = ({ node }: Reference) =>
  Object.keys(node.schema).every((key) => ['$ref', '$comment', 'title', 'description', '$id'].includes(key))

/** The references of schemas that hold themselves, directly or through others. */
export function recursive(references: readonly Reference[]): Reference[] {
  const targets = new Set(references.map(({ target }) => target).filter(isRecord))
  const holders = new Map(references.map((one) => [one, holdersOf(one.node, targets)]))
  const edges = references.flatMap((one) =>
    (holders.get(one) ?? []).map((from) => [from, one.target] as const),
  )
  const circling = withoutEnds(edges)
  return references.filter(
    (one) => circling.has(one.target) && holders.get(one)?.some((holder) => circling.has(holder)),
  )
}

/** The schemas around one, and itself, that some reference means. */
function holdersOf(node: SchemaNode, targets: ReadonlySet<unknown>): unknown[] {
  const holders: unknown[] = []
  for (let at: SchemaNode | undefined = node; at; at = at.parent)
    if (targets.has(at.schema)) holders.push(at.schema)
  return holders
}

type Edge = readonly [from: unknown, to: unknown]

/** What is left of a graph when all that nothing leads to, and all that leads to nothing, is taken away. */
function withoutEnds(edges: readonly Edge[]): Set<unknown> {
  const left = new Set(edges.flat())
  for (const turned of [edges, edges.map(([from, to]): Edge => [to, from])]) takeStarts(left, turned)
  return left
}

function takeStarts(left: Set<unknown>, edges: readonly Edge[]): void {
  const incoming = new Map<unknown, number>()
  const outgoing = new Map<unknown, unknown[]>()
  for (const [from, to] of edges) {
    if (!left.has(from) || !left.has(to)) continue
    incoming.set(to, (incoming.get(to) ?? 0) + 1)
    const ways = outgoing.get(from)
    if (ways) ways.push(to)
    else outgoing.set(from, [to])
  }
  const starts = [...left].filter((one) => !incoming.has(one))
  for (let start = starts.pop(); start !== undefined; start = starts.pop()) {
    left.delete(start)
    for (const to of outgoing.get(start) ?? []) {
      const count = (incoming.get(to) ?? 1) - 1
      incoming.set(to, count)
      if (count === 0) starts.push(to)
    }
  }
}
