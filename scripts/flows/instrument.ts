import { join } from 'node:path'
import {
  isArrowFunction,
  isBlock,
  isClassLikeDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isMethodDeclaration,
  isPropertyAssignment,
  isPropertyDeclaration,
  isSetAccessorDeclaration,
  isVariableDeclaration,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'

/** The source of the program, which can be had with a call at the head of each function that has a name. */
export class Sources implements Disposable {
  readonly #api: API
  readonly #read: (path: string) => SourceFile | undefined

  constructor(root: string) {
    this.#api = new API({ cwd: root })
    const project = join(root, 'tsconfig.json')
    const snapshot = this.#api.updateSnapshot({ openProject: project })
    this.#read = (path) => snapshot.getProject(project)?.program.getSourceFile(path)
  }

  /** The text of a file in which each function first does what `head` says, as an expression. */
  traced(path: string, head: (traced: TracedFunction) => string): string {
    const source = this.#read(path)
    if (!source) throw new Error(`${path} is no file of the program`)
    const insertions = functionsOf(source, source).flatMap((traced) => {
      const { body } = traced
      const start = body.getStart(source)
      if (isBlock(body)) return [{ at: start + 1, text: ` ${head(traced)};` }]
      return [
        { at: start, text: `(${head(traced)}, ` },
        { at: body.end, text: ')' },
      ]
    })
    return inserted(source.text, insertions)
  }

  [Symbol.dispose](): void {
    this.#api.close()
  }
}

/** Reading a property is not taken for a call, whatever computes it. */
export type FunctionKind = 'function' | 'callback' | 'property'

export interface TracedFunction {
  /** As `listen` or `new Listener`; of a callback that of the nearest function around it, or empty. */
  readonly name: string
  readonly kind: FunctionKind
  readonly body: Node
}

/** All in a file, or in a part of it that stands in the function of this name. */
function functionsOf(within: Node, source: SourceFile, around = ''): TracedFunction[] {
  const found: TracedFunction[] = []
  within.forEachChild((node) => {
    const own = nameOf(node, source)
    const name = own ?? around
    const body = isFunction(node) ? node.body : undefined
    if (body) found.push({ name, kind: kindOf(node, own), body })
    found.push(...functionsOf(node, source, name))
  })
  return found
}

function kindOf(node: Node, name: string | undefined): FunctionKind {
  if (isAccessor(node)) return 'property'
  // What holds a function has given it the name, and is no function.
  return name !== undefined || holderOf(node.parent) ? 'function' : 'callback'
}

const isAccessor = (node: Node) => isGetAccessorDeclaration(node) || isSetAccessorDeclaration(node)

const isFunction = (node: Node) =>
  isFunctionDeclaration(node) ||
  isFunctionExpression(node) ||
  isArrowFunction(node) ||
  isConstructorDeclaration(node) ||
  isMethodDeclaration(node) ||
  isAccessor(node)

/** The name of a function, or of what is about to be set to one. */
function nameOf(node: Node, source: SourceFile): string | undefined {
  if (isConstructorDeclaration(node) && isClassLikeDeclaration(node.parent))
    return `new ${node.parent.name?.text ?? ''}`
  const named = isFunctionDeclaration(node) || isMethodDeclaration(node) || isAccessor(node)
  return (named ? node : holderOf(node))?.name?.getText(source)
}

/** What gives its name to the function that it is set to. */
function holderOf(node: Node) {
  const holder = isVariableDeclaration(node) || isPropertyDeclaration(node) || isPropertyAssignment(node)
  if (!holder || !node.initializer) return undefined
  return isArrowFunction(node.initializer) || isFunctionExpression(node.initializer) ? node : undefined
}

/** A text with more text at some places. */
function inserted(text: string, insertions: readonly { at: number; text: string }[]): string {
  const pieces: string[] = []
  let from = 0
  for (const { at, text: more } of insertions.toSorted((one, other) => one.at - other.at)) {
    pieces.push(text.slice(from, at), more)
    from = at
  }
  return [...pieces, text.slice(from)].join('')
}
