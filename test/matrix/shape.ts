import type { Ability } from './ability.ts'
import type { Edition } from './edition.ts'

/**
 * The first axis: how the files of a server are written, and what a person types to name them. A shape knows
 * nothing of commands; whatever it answers, plain Node (or the tool it was written for) would answer too.
 */
export interface Shape {
  /** Names its row, its cells and its file. */
  readonly name: string
  /** The row's words in the documentation. */
  readonly what: string
  readonly facets: ShapeFacets
  /** What is typed after the command: a file, a folder, `--exec` and a command, a URL. */
  readonly words: readonly string[] | ((beside: Beside) => readonly string[])
  /** Arguments for the server itself, after `--`. */
  readonly args?: readonly string[]
  /** The files of the project in one of its editions. */
  files(edition: Edition, place: Place): Files | Promise<Files>
  /** The files of a save that does not load; without it, the files with a syntax error in `edited`. */
  broken?(edition: Edition, place: Place): Files | Promise<Files>
  /** The file that holds the edition, where it is not the one that is named. */
  readonly edited?: string
  /** What the server can do. */
  readonly abilities: readonly Ability[]
  /** Abilities that servers of its kind usually have, and why this one has not. */
  readonly without?: string
  /** Packages that are installed for it when it is wanted, as npm takes them. */
  readonly packages?: string
  /** The oldest major version of Node that its packages run on. */
  readonly node?: number
  /** Starts what the server is beside its files, such as a remote one. */
  beside?(place: Place): Promise<Beside>
  /** Whether it is tried only when everything is: its packages take long to install. */
  readonly slow?: true
}

export type Files = Readonly<Record<string, string>>

/** What a shape can be compared by; pairs of these with the journeys' are what the subset covers. */
export interface ShapeFacets {
  readonly sdk: 'v1' | 'v2' | 'fastmcp' | 'other'
  readonly starts: 'exported' | 'factory' | 'itself' | 'guarded' | 'listens' | 'elsewhere'
  readonly modules: 'esm' | 'cjs' | 'none'
  readonly language: 'ts' | 'js'
}

/** Where a shape is written to. */
export interface Place {
  readonly folder: string
  /** The project's `node_modules`. */
  readonly modules: string
}

/** What runs beside the project, and where. */
export interface Beside extends AsyncDisposable {
  readonly url: URL
}
