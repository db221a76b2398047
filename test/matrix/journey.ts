import type { Ability } from './ability.ts'
import type { Cell } from './cell.ts'

/**
 * The second axis: what a person does with a server, from the command to what their client sees. A journey knows
 * nothing of how files are written; it throws where what happens is not what should.
 */
export interface Journey {
  /** Names its column, its cells and its file. */
  readonly name: string
  /** The column's words in the documentation. */
  readonly what: string
  readonly facets: JourneyFacets
  /** What the server must be able to do; a shape that is not leaves the cell empty. */
  readonly needs?: readonly Ability[]
  /** Leaves the server otherwise than it was, so that nobody else may come to it; who edits files does too. */
  readonly alters?: true
  /** A call waits in the old code until the new is live: both have to be there at once. */
  readonly overlaps?: true
  /** Mostly waits, so that many run at once. */
  readonly waits?: true
  walk(cell: Cell): Promise<void>
}

export interface JourneyFacets {
  readonly command: 'run' | 'dev' | 'reload' | 'build' | 'ask' | 'install' | 'gateway'
  readonly transport: 'stdio' | 'http' | 'sse' | 'none'
}
