import { initSync, parse as parseCommonJs } from 'cjs-module-lexer'
import { type Import, parse } from 'es-module-lexer/js'
import jsTokens from 'js-tokens'

/** Whether JavaScript has syntax that only ES modules have. */
export const hasModuleSyntax = (code: string): boolean =>
  // If it cannot be parsed, Node will report the error.
  lexedIn(code)?.[3] ?? /^\s*(?:import|export)\b[^(]/m.test(code)

/** The imports of an ES module, with their positions. */
export const importsIn = (code: string): readonly Import[] => lexedIn(code)?.[0] ?? []

/** The export names of a CommonJS module, and the modules that it re-exports. */
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

/** The exports of a module, as far as its text reveals them. */
export interface StaticExports {
  /** Each export name with its local name; undefined if it has none. */
  readonly names: ReadonlyMap<string, string | undefined>
  /** Whether it also re-exports other modules. */
  readonly more: boolean
}

/** Finds a module's exports in its text: TypeScript and JavaScript, ES modules and CommonJS. */
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

/**
 * What both lexers miss: TypeScript's `export =`, `module.exports` assigned an object, and CommonJS with type
 * annotations.
 */
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
 * Blanks everything that only looks like code, such as strings and comments; code keeps its positions.
 * @param jsx whether it may contain JSX, which is blanked too.
 */
export const codeOnly = (text: string, jsx = false): string =>
  rewritten(text, jsx, (type, value) => (noCode.test(type) ? value.replace(/[^\n]/g, ' ') : value))

/** Blanks source map comments; positions stay the same. Node uses the source, but the compiler would use the map. */
export function withoutMaps(text: string, jsx: boolean): string {
  if (!/\/\/[#@] sourceMappingURL=/.test(text)) return text
  return rewritten(text, jsx, (type, value) =>
    type === 'SingleLineComment' ? value.replace(/^\/\/[#@](?= sourceMappingURL=)/, '// ') : value,
  )
}

/** A script without its comments. */
export const withoutComments = (text: string): string =>
  rewritten(text, false, (type, value) => (/Comment$/.test(type) ? '' : value))

/** Rewrites each token of a text. */
function rewritten(text: string, jsx: boolean, write: (type: string, value: string) => string): string {
  let changed = ''
  for (const { type, value } of jsx ? jsTokens(text, { jsx }) : jsTokens(text)) changed += write(type, value)
  return changed
}
