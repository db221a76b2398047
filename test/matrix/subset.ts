import { expectedOf } from './judge.ts'
import type { Pair } from './select.ts'
import { emptiness } from './walk.ts'

/**
 * Cells in which every facet of the shapes meets every facet of the journeys at least once, where that is to be had.
 * It leaves out what npm has to be asked for, and what is known to be wrong: that may take as long as its limit.
 */
export function subsetOf(pairs: readonly Pair[], major: number): Pair[] {
  const left = pairs.filter((pair) => isQuick(pair, major))
  const uncovered = new Set(left.flatMap(meetings))
  const chosen: Pair[] = []
  while (uncovered.size > 0) {
    const best = left.reduce((one, other) => (gain(other, uncovered) > gain(one, uncovered) ? other : one))
    for (const meeting of meetings(best)) uncovered.delete(meeting)
    chosen.push(best)
  }
  return chosen
}

function isQuick({ shape, journey }: Pair, major: number): boolean {
  if (shape.packages !== undefined || emptiness(shape, journey, major) !== undefined) return false
  return expectedOf(shape.name, journey.name, major).faults.length === 0
}

/** What a cell brings together, such as a server that is guarded and a save under `dev`. */
function meetings({ shape, journey }: Pair): string[] {
  const columns = Object.values(journey.facets)
  return Object.values(shape.facets).flatMap((row) => columns.map((column) => `${row} ${column}`))
}

/** How much a cell adds, for what it costs. */
const gain = (pair: Pair, uncovered: ReadonlySet<string>): number =>
  meetings(pair).filter((meeting) => uncovered.has(meeting)).length / (pair.journey.waits ? 3 : 1)
