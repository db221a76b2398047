import { initSync, parse as parseCommonJs } from 'cjs-module-lexer'
import { type Import, parse } from 'es-module-lexer/js'
import jsTokens from 'js-tokens'

/** Whether JavaScript can only be an ES module. */
export const hasModuleSyntax = (code: string): boolean =>
  // Whatever it is that cannot be read, Node says what is wrong with it.
  lexedIn(code)?.[3] ?? /^\s*(?:import|export)\b[^(]/m.test(code)

/** What an ES module imports, and where it says so. */
export const importsIn = (code: string): readonly Import[] => lexedIn(code)?.[0] ?? []

/** The names that a CommonJS module exports, and the modules whose exports are its own, too. */
export interface CommonExports {
  readonly names: readonly string[]
  readonly from: readonly string[]
}

export function commonExports(code: string): CommonExports {
  try {
    initSync()
    const { exports, reexports } = parseCommonJs(code)
    return { names: [...new Set(exports)], from: [...new Set(reexports)] }
  } catch {
    return { names: [], from: [] }
  }
}

/** What a module exports, as far as its text tells. */
export interface StaticExports {
  /** Each name, with what the module itself calls it; nothing for what has no name there. */
  readonly names: ReadonlyMap<string, string | undefined>
  /** Whether it exports what other files name, too. */
  readonly more: boolean
}

/** Reads a module's exports off its text: TypeScript and JavaScript, ES modules and CommonJS. */
export function exportsIn(text: string): StaticExports {
  const lexed = lexedIn(text) ?? lexedIn(codeOnly(text)) ?? lexedIn(codeOnly(text, true))
  const module = lexed?.[3] ? ofModule(lexed[1]) : ofCommonJs(text)
  return { ...module, names: new Map([...module.names, ...assignedIn(text)]) }
}

function ofCommonJs(text: string): StaticExports {
  const { names, from } = commonExports(text)
  const found = new Map<string, string | undefined>(names.map((name) => [name, name]))
  found.delete('__esModule')
  return { names: found, more: from.length > 0 }
}

/** What both lexers leave out: TypeScript's `export =`, an object that is everything, and CommonJS beside types. */
function assignedIn(text: string): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>()
  if (!/\bexports?\b[.\w$]*\s*=/.test(text)) return found
  const code = codeOnly(text)
  const [, list, whole] = /^(?:module\.exports|export)\s*=(?!=)\s*(?:\{([^}]*)\}|([^{\s]))/m.exec(code) ?? []
  if (whole !== undefined) found.set('default', undefined)
  for (const one of list?.split(',') ?? []) {
    const name = /^\s*([\w$]+)/.exec(one)?.[1]
    if (name !== undefined) found.set(name, name)
  }
  for (const [, name = ''] of code.matchAll(/^exports\.([\w$]+)\s*=[^=]/gm)) found.set(name, name)
  return found
}

function lexedIn(text: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

function ofModule(list: ReturnType<typeof parse>[1]): StaticExports {
  const real = list.filter(({ typeOnly }) => !typeOnly)
  const names = real.flatMap((one) => {
    if (one.type === 'reexport-all') return []
    return [[one.name, one.type === 'direct' ? one.localName : one.name] as const]
  })
  return { names: new Map(names), more: real.some(({ type }) => type === 'reexport-all') }
}

const noCode = /^(?:StringLiteral|.*Template|Template.*|RegularExpressionLiteral|.*Comment|JSX.*)$/

/**
 * A text in which everything that only looks like code is blank: each character of code keeps its place.
 * @param jsx whether it may hold JSX, which is blank too.
 */
export const codeOnly = (text: string, jsx = false): string =>
  rewritten(text, jsx, (type, value) => (noCode.test(type) ? value.replace(/[^\n]/g, ' ') : value))

/**
 * A source without the comments that name a map of its own, each character in its place: Node goes by the source, and
 * the compiler would go by the map.
 */
export function withoutMaps(text: string, jsx: boolean): string {
  if (!/\/\/[#@] sourceMappingURL=/.test(text)) return text
  return rewritten(text, jsx, (type, value) =>
    type === 'SingleLineComment' ? value.replace(/^\/\/[#@](?= sourceMappingURL=)/, '// ') : value,
  )
}

/** A script without its comments. */
export const withoutComments = (text: string): string =>
  rewritten(text, false, (type, value) => (/Comment$/.test(type) ? '' : value))

/** A text with each of its tokens as it is to be. */
function rewritten(text: string, jsx: boolean, write: (type: string, value: string) => string): string {
  let changed = ''
  for (const { type, value } of jsx ? jsTokens(text, { jsx }) : jsTokens(text)) changed += write(type, value)
  return changed
}
