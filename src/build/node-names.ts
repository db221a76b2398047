import type { Source } from './code-places.ts'

/** What a file calls things of some modules of Node's. */
export interface NodeNames {
  /** Its own name for what is exported as that. */
  readonly named: readonly string[]
  /** Its own names for the modules themselves. */
  readonly modules: readonly string[]
}

/**
 * What a source calls an export of Node's: others have functions and classes of the same name.
 * @param modules names of modules, without `node:`.
 */
export function nodeNames(source: Source, modules: readonly string[], exported: string): NodeNames {
  const [named, whole]: [Set<string>, Set<string>] = [new Set(), new Set()]
  for (const clause of clausesOf(source, modules)) {
    const [, list] = /\{([^}]*)\}/.exec(clause) ?? []
    for (const one of list?.split(',') ?? []) {
      const [, name, own] = /^\s*([\w$]+)(?:\s*(?:\bas\b|:)\s*([\w$]+))?\s*$/.exec(one) ?? []
      if (name === exported) named.add(own ?? name)
    }
    const rest = clause.replace(/\{[^}]*\}/, ' ')
    for (const [name] of rest.matchAll(/[\w$]+/g)) if (name !== 'as' && name !== 'type') whole.add(name)
  }
  return { named: [...named], modules: [...whole] }
}

/** What stands before the names of modules, in every form in which something is had from them. */
function clausesOf({ text, code }: Source, modules: readonly string[]): string[] {
  const name = `(['"\`])(?:node:)?(?:${modules.join('|')})\\2`
  const forms = [
    `\\bimport\\s+([\\w$\\s,{}*]+?)\\s*\\bfrom\\s*${name}`,
    `\\b(?:const|let|var|import)\\s+([\\w$\\s,:{}]+?)\\s*=\\s*(?:await\\s+)?(?:require|import|process\\.getBuiltinModule)\\s*\\(\\s*${name}`,
  ]
  return forms.flatMap((form) =>
    [...text.matchAll(new RegExp(form, 'g'))].flatMap(({ 1: clause = '', index }) =>
      code[index] === ' ' ? [] : [clause],
    ),
  )
}
