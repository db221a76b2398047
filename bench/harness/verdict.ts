import type { Measured } from './rounds.ts'
import type { Goal, Row } from './row.ts'

export type Verdict = 'green' | 'red' | 'noisy' | 'failed' | ''

/** The middle of some values, and the half of them around it. */
export interface Spread {
  low: number
  median: number
  high: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
  return { low: at(0.25), median: at(0.5), high: at(0.75) }
}

/** The goal of a row on this Node. */
export function goalOn(major: number, { goal, slackOn20 = 0 }: Row): Goal | undefined {
  if (!goal || major > 20 || !('atMost' in goal)) return goal
  return { atMost: goal.atMost + slackOn20 }
}

/**
 * Whether a row reaches its goal. On a loud machine only what is clear is said: when the half of the values around the
 * middle, of three or more, lies on one side of the goal.
 */
export function verdictOf({ values, fault }: Measured, goal: Goal | undefined, isLoud: boolean): Verdict {
  if (fault !== undefined || values.length === 0) return 'failed'
  if (!goal) return ''
  const { low, median, high } = spreadOf(values)
  const reached = (value: number) => ('atMost' in goal ? value <= goal.atMost : value >= goal.atLeast)
  if (isLoud && (values.length < 3 || reached(low) !== reached(high))) return 'noisy'
  return reached(median) ? 'green' : 'red'
}
