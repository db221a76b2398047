import type { Source, Span } from './code-places.ts'
import type { Unknown } from './computed-names.ts'

/** Why a file cannot go into a bundle, and where it says so. */
export interface Refusal extends Span {
  readonly words: string
}

/** What means something else once all code is in one file, and cannot be made to mean the same. */
const changed: readonly (readonly [RegExp, string])[] = [
  [
    /\bError\s*\.\s*prepareStackTrace\b|\.\s*getFileName\s*\(|(?<![\w$])getCallSites?\s*\(/g,
    'a built file is one file, so call sites no longer tell where code stands',
  ],
  [/(?<![.\w$])fork\s*\(|\bchild_process\s*\.\s*fork\s*\(/g, 'fork() starts a file that is not built in'],
]

const unknownName = {
  import:
    'import() of a computed name cannot be built in: write the names out, or begin with a folder, as in ./tools/<name>.js',
  require: 'require() of a computed name cannot be built in: write the names out, or begin with a folder',
} as const

/** Everything in a source for which it is refused. */
export const refusalsOf = ({ code }: Source, unknown: readonly Unknown[]): Refusal[] => [
  ...unknown.map(({ how, ...span }) => ({ ...span, words: unknownName[how] })),
  ...changed.flatMap(([pattern, words]) =>
    [...code.matchAll(pattern)].map(({ index, 0: all }) => ({ from: index, end: index + all.length, words })),
  ),
]
