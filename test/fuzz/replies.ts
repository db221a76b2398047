import { value } from './grammar.ts'
import type { Ledger } from './ledger.ts'
import type { Said } from './line.ts'
import type { Random } from './random.ts'
import { type Tree, textOf } from './tree.ts'

/** Answers what a server asks, not always to the point. */
export async function replyTo({ id }: Said, ledger: Ledger, random: Random): Promise<void> {
  if (typeof id !== 'string' && typeof id !== 'number') return
  const grammar = { random, modern: false, ids: [] }
  const results: [Tree, ...Tree[]] = [
    '{"action":"accept","content":{"name":"me"}}',
    '{"action":"decline"}',
    { members: [['"action"', value(grammar)]] },
    {
      members: [
        ['"action"', '"accept"'],
        ['"content"', value(grammar)],
      ],
    },
  ]
  const body: [string, Tree] = random.once(6)
    ? ['"error"', '{"code":-1,"message":"no"}']
    : ['"result"', random.pick(results)]
  const tree: Tree = { members: [['"jsonrpc"', '"2.0"'], ['"id"', JSON.stringify(id)], body] }
  await ledger.send(tree, textOf(tree)).catch(() => undefined)
}
