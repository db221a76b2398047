import type { Packed } from '../pack/pack.ts'
import type { Stamp } from '../pack/stamps.ts'

/** What the thread for hooks is told: only what is new. */
export interface ThreadMessage {
  readonly pack?: Packed
  /** A file that a program begins with. */
  readonly begin?: string
  /** The names that modules in the script of packages export. */
  readonly names?: Readonly<Record<string, readonly string[]>>
  readonly main?: string
  readonly debugged?: boolean
  readonly maps?: Readonly<Record<string, string>>
  readonly capture?: boolean
  readonly alone?: boolean
  /** Asks for a report. */
  readonly collect?: boolean
}

/** What the thread has found, compiled and failed to compile. */
export interface ThreadReport {
  readonly pack: Packed
  readonly maps: Readonly<Record<string, string>>
  readonly changed: boolean
  readonly stamps: readonly Stamp[]
  readonly absent: readonly string[]
  readonly faults: readonly { url: string; message: string; details: readonly string[] }[]
}
