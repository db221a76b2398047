// What people import from the package, as the TypeScript checker sees it: what an editor shows of a name.
import {
  API,
  type Checker,
  type Project,
  type Signature,
  SignatureKind,
  SymbolFlags,
  type Symbol as TsSymbol,
  type Type,
} from 'typescript/unstable/sync'
import { root } from './program.ts'

/** A name of ours that people write: an export, or what is reached from one. */
export interface Shown {
  /** The way to it: `FastMCP.customRoute`, `RouteHandler(context).params`. */
  readonly name: string
  /** What editors show of it, without the tags. */
  readonly text: string
  /** The text of each tag, such as `throws`. */
  readonly tags: ReadonlyMap<string, string>
}

/** Every export, and everything declared in this repository that is reached from one; what is internal left out. */
export function publicApi(): Shown[] {
  const api = new API({ cwd: root })
  try {
    const [project] = api.updateSnapshot({ openProject: `${root}tsconfig.types.json` }).getProjects()
    if (!project) throw new Error('tsconfig.types.json is no project')
    return new Walk(project).all()
  } finally {
    api.close()
  }
}

/** Goes from the exports through every type that they name, each once. */
class Walk {
  readonly #project: Project
  readonly #checker: Checker
  readonly #types = new Set<number>()
  readonly #symbols = new Map<number, Shown[]>()
  /** What is left to be gone through, nearest first, so that a name is told by its shortest way. */
  readonly #ahead: (() => void)[] = []

  constructor(project: Project) {
    this.#project = project
    this.#checker = project.checker
  }

  all(): Shown[] {
    const file = this.#project.program.getSourceFile(this.#project.rootFiles[0] ?? '')
    const module = file && this.#checker.getSymbolAtLocation(file)
    if (!module) throw new Error('the project has no file that exports anything')
    for (const exported of this.#checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & SymbolFlags.Alias) !== 0
      this.#symbol(isAlias ? this.#checker.getAliasedSymbol(exported) : exported, exported.name)
    }
    for (let next = this.#ahead.shift(); next; next = this.#ahead.shift()) next()
    return [...this.#symbols.values()].flat()
  }

  #symbol(symbol: TsSymbol, name: string): void {
    if (this.#symbols.has(symbol.id) || !symbol.declarations.some(isOurs) || symbol.name.includes('#')) return
    const tags = new Map(symbol.getJsDocTags(this.#checker).map((tag) => [tag.name, tag.text ?? '']))
    if (tags.has('internal')) return
    const shown: Shown[] = [{ name, text: symbol.getDocumentationComment(this.#checker), tags }]
    this.#symbols.set(symbol.id, shown)
    if ((symbol.flags & SymbolFlags.Type) !== 0)
      this.#type(this.#checker.getDeclaredTypeOfSymbol(symbol), name)
    if ((symbol.flags & SymbolFlags.Value) === 0) return
    const type = this.#checker.getTypeOfSymbol(symbol)
    this.#type(type, name)
    shown.push(...this.#overloads(type, name))
  }

  #type(type: Type | undefined, name: string): void {
    if (!type || this.#types.has(type.id)) return
    this.#types.add(type.id)
    this.#ahead.push(() => this.#within(type, name))
  }

  #within(type: Type, name: string): void {
    for (const part of partsOf(type)) this.#type(part, name)
    if (type.isTypeReference()) for (const one of this.#checker.getTypeArguments(type)) this.#type(one, name)
    if (!type.isObjectType()) return
    for (const property of this.#checker.getPropertiesOfType(type))
      this.#symbol(property, `${name}.${property.name}`)
    for (const signature of this.#signaturesOf(type)) {
      for (const parameter of signature.getParameters()) {
        const owner = `${name}(${parameter.name})`
        this.#type(this.#checker.getTypeOfSymbol(parameter), owner)
      }
      this.#type(this.#checker.getReturnTypeOfSignature(signature), `${name}()`)
    }
  }

  /** Each overload and each constructor has words of its own: an editor shows those of the one that is called. */
  #overloads(type: Type | undefined, name: string): Shown[] {
    const declared = (type ? this.#signaturesOf(type) : [])
      .filter(({ declaration }) => declaration && isOurs(declaration))
      .map((signature) => ({ signature, node: signature.declaration?.resolve() }))
    return declared.flatMap(({ signature, node }, index) => {
      if (!signature.isConstruct && declared.length === 1) return []
      const written = node?.jsDoc?.map((one) => one.getText()).join('\n') ?? ''
      const called = signature.isConstruct ? `new ${name}()` : `${name}(), overload ${index + 1}`
      return [{ name: called, text: written, tags: new Map() }]
    })
  }

  #signaturesOf(type: Type): Signature[] {
    return [SignatureKind.Call, SignatureKind.Construct].flatMap((kind) => [
      ...this.#checker.getSignaturesOfType(type, kind),
    ])
  }
}

function partsOf(type: Type): readonly Type[] {
  if (type.isUnionType() || type.isIntersectionType()) return type.getTypes()
  if (type.isConditionalType()) return [type.getTrueType(), type.getFalseType()]
  return type.getAliasTypeArguments()
}

const isOurs = ({ path }: { path: string }) => path.includes('/src/') && !path.includes('/node_modules/')
