import type { LoadOrder } from '../protocol/wire.ts'

/** What was made of the user's sources, ready to be loaded by a generation. */
export interface Build {
  order: LoadOrder
  env: NodeJS.ProcessEnv
  /** Differs when a generation made of this build would differ. */
  fingerprint: string
  /** What may be loaded ahead of user code, in the loader's own form. */
  ahead: unknown
}
