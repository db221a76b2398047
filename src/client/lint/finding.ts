import { counted } from '../offers.ts'

/** An error makes a client reject the tool or the whole list; a warning costs something with some clients. */
export type Level = 'error' | 'warning'

/** Something that clients or models may reject. */
export interface Finding {
  readonly level: Level
  /** The check that found it, such as `array-without-items`; `docs/notes/schema-checks.md` has its sources. */
  readonly check: string
  /** What it is about, such as `tool forecast`. */
  readonly subject: string
  /** JSON pointer (RFC 6901) from there, such as `/inputSchema/properties/days`; empty for the whole. */
  readonly path: string
  /** What is wrong. */
  readonly text: string
  /** Who does not accept it; empty where it goes wrong with everybody. */
  readonly clients: readonly string[]
  /** What they do with it; absent where nobody is named. */
  readonly effect?: Effect
  /** What to do about it, as a clause. */
  readonly remedy: string
}

export type Effect = 'rejected' | 'dropped' | 'ignored'

/** `1 error, 2 warnings`. */
export function findingsCount(findings: readonly Pick<Finding, 'level'>[]): string {
  const of = (level: Level) => findings.filter((one) => one.level === level).length
  return counted([
    [of('error'), 'error'],
    [of('warning'), 'warning'],
  ])
}
