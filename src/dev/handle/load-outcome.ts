import type { About } from '../protocol/wire.ts'

/** What came of loading user code into a generation. */
export type LoadOutcome =
  | { ok: true; about: About }
  /** `superseded` when it was given up for a newer one. */
  | { ok: false; superseded: boolean; message: string; details: readonly string[] }

export const failure = (message: string): LoadOutcome & { ok: false } => ({
  ok: false,
  superseded: false,
  message,
  details: [],
})
