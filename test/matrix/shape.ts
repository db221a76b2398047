import type { Ability } from './ability.ts'
import type { Edition } from './edition.ts'
import type { Person } from './person.ts'
import type { TaskWay } from './steps/task.ts'

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
  /** Why it has not all that its SDK can do. */
  readonly without?: string
  /** Demands what its extension offers of a client's connection; without it, the one that all dialects have. */
  extended?(person: Person): Promise<void>
  /** How its tasks are started and fetched. */
  readonly task?: TaskWay
  /** It answers clients itself, and knows no era but the legacy one: nobody comes who insists on the other. */
  readonly speaks?: 'legacy'
  /** Only one of its processes can run at a time, so that on stdio it has one client. */
  readonly alone?: true
  /** Does to a new project what files cannot, before they are written. */
  prepare?(place: Place): void
  /** How long the program may look for the server, in seconds, where there is none to be found. */
  readonly loads?: number
  /** Packages that are installed for it when it is wanted, as npm takes them. */
  readonly packages?: string
  /** The oldest major version of Node that it runs on. */
  readonly node?: number
  /** Starts what the server is beside its files, such as a remote one. */
  beside?(place: Place): Promise<Beside>
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
