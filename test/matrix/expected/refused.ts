/** Cells that the program refuses with words of its own, each reviewed: what is right may not come to stand here. */
export interface Refusal {
  readonly shapes: readonly string[]
  readonly journeys: readonly string[]
  /** The exit code, as documented. */
  readonly code: number
  /** The words that a person reads. */
  readonly words: RegExp
  /** Why refusing is right. */
  readonly reason: string
}

export const refusals: readonly Refusal[] = []
