/** A text that is JSON or nearly so, kept apart so that it can be made smaller. */
export type Tree =
  /** The text as it is. */
  | string
  | { list: Tree[] }
  /** Names are JSON texts too. */
  | { members: [name: string, value: Tree][] }
  /** The core inside of so many lists or objects. */
  | { depth: number; object: boolean; core: Tree }
  /** A list, or an object, of so many numbers. */
  | { width: number; object: boolean }
  /** What is sent is cut off after so many characters. */
  | { whole: Tree; cut: number }

export function textOf(tree: Tree): string {
  if (typeof tree === 'string') return tree
  if ('list' in tree) return `[${tree.list.map(textOf).join()}]`
  if ('members' in tree) return `{${tree.members.map(([name, value]) => `${name}:${textOf(value)}`).join()}}`
  if ('cut' in tree) return textOf(tree.whole).slice(0, tree.cut)
  if ('depth' in tree) {
    const [open, close] = tree.object ? ['{"a":', '}'] : ['[', ']']
    return open.repeat(tree.depth) + textOf(tree.core) + close.repeat(tree.depth)
  }
  const items = Array.from({ length: tree.width }, (_, index) =>
    tree.object ? `"k${index}":${index}` : String(index),
  )
  return tree.object ? `{${items.join()}}` : `[${items.join()}]`
}

/** Everything that is one step smaller, the largest steps first. */
export function* smaller(tree: Tree): Generator<Tree> {
  if (typeof tree === 'string') {
    if (tree.length > 40) yield `${tree.slice(0, tree.length / 2)}${tree.startsWith('"') ? '"' : ''}`
    return
  }
  if ('list' in tree) yield* fewer(tree.list, (list) => ({ list }))
  else if ('members' in tree) {
    yield* fewer(tree.members, (members) => ({ members }))
    for (const [index, [name, value]] of tree.members.entries()) {
      for (const less of smaller(value)) yield { members: tree.members.with(index, [name, less]) }
    }
  } else if ('cut' in tree) yield tree.whole
  else if ('depth' in tree) {
    yield tree.core
    for (const depth of steps(tree.depth)) yield { ...tree, depth }
  } else for (const width of steps(tree.width)) yield { ...tree, width }
}

function* fewer<T>(items: readonly T[], make: (items: T[]) => Tree): Generator<Tree> {
  for (const index of items.keys()) yield make(items.toSpliced(index, 1))
}

/** Down by halves, then by tenths, so that the end is near the smallest that will do. */
const steps = (from: number) =>
  [Math.floor(from / 2), Math.floor(from * 0.9)].filter((to) => to > 0 && to < from)

/** A tree as it may be printed: short, and exact. */
export function shown(tree: Tree): string {
  const text = textOf(tree)
  return text.length <= 400 ? text : JSON.stringify(tree).slice(0, 2_000)
}
