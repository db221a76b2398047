import type { Cells } from './cells.ts'

/** What is known to be wrong, and by which cells it is seen. The list shrinks with every repair. */
export interface Fault {
  /** A name that stays. */
  readonly label: string
  readonly what: string
  /** What a failing cell says when it fails for this reason, and not for another. */
  readonly sign: RegExp
  /** The major versions of Node that have it, where not all have. */
  readonly nodes?: readonly number[]
  readonly cells: readonly Cells[]
}

export const faults: readonly Fault[] = []
