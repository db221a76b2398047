import type { Source, Span } from './code-places.ts'
import type { Unknown } from './computed-names.ts'
import { type NodeNames, nodeNames } from './node-names.ts'

/** Why a file cannot go into a bundle, and where it says so. */
export interface Refusal extends Span {
  readonly words: string
}

/** What means something else once all code is in one file, and cannot be made to mean the same. */
const changed: readonly (readonly [concerns: (source: Source) => RegExp | undefined, words: string])[] = [
  [
    ({ text }) =>
      /prepareStackTrace|captureStackTrace|call-?sites?|stack-?trace/i.test(text) ? sites : undefined,
    'a built file is one file, so call sites no longer tell where code stands',
  ],
  [
    (source) => callsOf(nodeNames(source, ['child_process', 'cluster'], 'fork'), 'fork'),
    'fork() starts a file that is not built in',
  ],
]

/** Without any of these words, a method of that name is somebody else's. */
const sites = /\bError\s*\.\s*prepareStackTrace\b|\.\s*getFileName\s*\(|(?<![\w$])getCallSites?\s*\(/g

/** The calls of what a module of Node's exports. */
function callsOf({ named, modules }: NodeNames, exported: string): RegExp {
  const own = named.map((name) => `(?<![.\\w$])(?<!\\bfunction\\s+)${escaped(name)}`)
  const whole = ['child_process', 'cluster', ...modules].map(escaped).join('|')
  const begins = `(?:\\b(?:${whole})|\\brequire\\s*\\(\\s*\\))\\s*\\.\\s*${exported}`
  return new RegExp(`(?:${[...own, begins].join('|')})\\s*\\(`, 'g')
}

const escaped = (name: string) => name.replace(/\$/g, '\\$')

const unknownName = {
  import:
    'import() of a computed name cannot be built in: write the names out, or begin with a folder, as in ./tools/<name>.js',
  require: 'require() of a computed name cannot be built in: write the names out, or begin with a folder',
} as const

/** Everything in a source for which it is refused. */
export const refusalsOf = (source: Source, unknown: readonly Unknown[]): Refusal[] => [
  ...unknown.map(({ how, ...span }) => ({ ...span, words: unknownName[how] })),
  ...changed.flatMap(([concerns, words]) => {
    const pattern = concerns(source)
    const found = pattern ? [...source.code.matchAll(pattern)] : []
    return found.map(({ index, 0: all }) => ({ from: index, end: index + all.length, words }))
  }),
]
