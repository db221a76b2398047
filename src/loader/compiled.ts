/** A user's module as it will be imported: its own sources in one file, packages left where they are. */
export interface Compiled {
  /** The file to import. */
  readonly file: string
  /** Hash of what is in it. */
  readonly hash: string
  /** Hash of its source map, which stands beside it. */
  readonly mapHash: string
  /** What the file and the map would hold, where nothing can be written. */
  readonly unkept?: { readonly code: string; readonly map: string }
  /** Names it exports, known before any of it runs. */
  readonly exports: readonly string[]
  /** Whether the entry is CommonJS, whose exports are the properties of its default export. */
  readonly commonjs: boolean
  /** The user's own files in it. */
  readonly inputs: readonly string[]
  /** Addresses of the packages' modules that it imports. */
  readonly packages: readonly string[]
  /** Those of them that are worth bundling for the next start; empty when none may be. */
  readonly wanted: readonly string[]
  /** Whether it takes the wanted modules from their bundle. */
  readonly bundled: boolean
}

/** What a compile has made, before it is kept. */
export type Compilation = Omit<Manifest, 'file' | 'hash' | 'mapHash' | 'unkept'> & {
  readonly code: string
  readonly map: string
}

/** What the cache keeps beside a compiled file to tell whether it is still right. */
export interface Manifest extends Compiled {
  /** What compiled it; another version compiles anew. */
  readonly compiler: string
  /** Every file that was read or decided a resolution, as it was then. */
  readonly stamps: readonly Stamp[]
  /** Files that were looked for and were not there; one that appears may change the outcome. */
  readonly absent: readonly string[]
}

export interface Stamp {
  readonly path: string
  readonly size: number
  readonly mtime: number
  /** Hash of the content, which decides when only the time differs. */
  readonly hash: string
}

export interface CompileOptions {
  /** Reuse an earlier result that is still right, and keep this one. */
  cache: boolean
  env: NodeJS.ProcessEnv
  /** The compiler's version, part of what makes a cached result right. */
  version: string
  /** Is filled with the files that were read, also when they cannot be compiled. */
  read?: Map<string, Stamp>
  /** Is told why the cache is not used. */
  onUncached?: (why: string) => void
}
