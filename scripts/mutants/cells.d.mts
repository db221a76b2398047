export interface CellMutant {
  name: string
  file: string
  from: string
  to: string
  /** The shape and the journey that have to notice. */
  cell: readonly [string, string]
  /** Those that must not. */
  spared: readonly [string, string]
}
export const cellMutants: readonly CellMutant[]
