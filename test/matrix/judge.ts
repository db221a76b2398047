import type { Cells } from './expected/cells.ts'
import { type Refusal, refusals } from './expected/refused.ts'
import { type Fault, faults } from './expected/wrong.ts'
import type { Walked } from './walk.ts'

/** What the lists say of a cell. A cell that stands in none is to be right. */
export interface Expected {
  readonly refusals: readonly Refusal[]
  readonly faults: readonly Fault[]
}

/**
 * A cell set against the lists: what it is, and what is unexpected in that.
 * `wrong` is a fault that has its name in the list, or one that nobody knows yet.
 */
export interface Verdict {
  readonly is: 'right' | 'refused' | 'wrong' | 'empty'
  /** The fault's label, for a known one. */
  readonly fault?: string
  readonly unexpected?: 'better' | 'worse' | 'other words'
}

export function expectedOf(shape: string, journey: string, major: number): Expected {
  const has = ({ shapes, journeys }: Cells) => shapes.includes(shape) && journeys.includes(journey)
  const at = ({ nodes }: Fault) => nodes === undefined || nodes.includes(major)
  return {
    refusals: refusals.filter(has),
    faults: faults.filter((one) => at(one) && one.cells.some(has)),
  }
}

export function judge({ shape, journey, came }: Walked, major: number): Verdict {
  const expected = expectedOf(shape, journey, major)
  const listed = expected.refusals.length + expected.faults.length > 0
  if (came.end === 'empty') return { is: 'empty' }
  if (came.end === 'right') return { is: 'right', ...(listed && { unexpected: 'better' }) }
  const said = `${came.why}\n${came.programs}`
  const refused = expected.refusals.some(
    // What goes on running, as `dev` does until the next save, has the words alone.
    ({ code, words }) =>
      words.test(said) && (came.codes.includes(code) || !came.codes.some((one) => one > 0)),
  )
  if (refused) return { is: 'refused' }
  const known = expected.faults.find(({ sign }) => sign.test(said))
  if (known) return { is: 'wrong', fault: known.label }
  return { is: 'wrong', unexpected: listed ? 'other words' : 'worse' }
}
