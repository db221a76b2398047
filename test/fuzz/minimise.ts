import { drive, type Findings } from './drive.ts'
import type { Road } from './roads.ts'
import { smaller, type Tree } from './tree.ts'

/** Milliseconds that may be spent on it, and that an answer may take meanwhile. */
const budget = 120_000
const patience = 8_000

/** The fewest and smallest messages found that a fresh server does not cope with. */
export async function minimised(road: Road, findings: Findings, seed: number): Promise<Tree[]> {
  const deadline = Date.now() + budget
  const fails = async (first: readonly Tree[]) => {
    if (Date.now() > deadline) return false
    const again = await drive(road, { seed, milliseconds: 0, first, patience }).catch(() => undefined)
    return again === undefined || again.faults.length > 0
  }
  let trees = await fewest(findings, fails)
  for (const [index, tree] of trees.entries()) {
    const best = await smallest(tree, (one) => fails(trees.with(index, one)))
    trees = trees.with(index, best)
  }
  return trees
}

type Fails = (trees: readonly Tree[]) => Promise<boolean>

/** One that had no answer, if it has none by itself either; otherwise what is left after halving again and again. */
async function fewest({ trees, unanswered }: Findings, fails: Fails): Promise<Tree[]> {
  for (const tree of unanswered.slice(0, 5)) if (await fails([tree])) return [tree]
  let left = trees
  for (let size = Math.ceil(left.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let start = 0; start < left.length && left.length > 1; ) {
      const without = left.toSpliced(start, size)
      if (await fails(without)) left = without
      else start += size
    }
  }
  return left
}

async function smallest(tree: Tree, fails: (tree: Tree) => Promise<boolean>): Promise<Tree> {
  for (const less of smaller(tree)) if (await fails(less)) return smallest(less, fails)
  return tree
}
