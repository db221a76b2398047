import type { Project } from '../../support/project.ts'
import type { Tokens } from './callers.ts'
import type { Ledger } from './ledger.ts'

/** A way to check callers whose tokens change while they call. */
export interface Rotating extends Tokens, Disposable {
  readonly args: readonly string[]
  readonly ledger: Ledger
  /** Makes the next change, which is over when this is. */
  turn(): Promise<void>
}

/** Makes a guard whose tokens belong to these names. */
export type Guard = (names: readonly string[], project: Project) => Promise<Rotating>

/** Tokens that nobody may come in with by now: some that were good until lately, and one that never was. */
export const badTokens = (ledger: Ledger): readonly string[] => [
  ...ledger.gone(performance.now()).slice(-6),
  'never',
]
