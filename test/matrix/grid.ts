import type { Journey } from './journey.ts'
import type { Verdict } from './judge.ts'
import type { Shape } from './shape.ts'

/** One character for a cell, so that the whole table fits a terminal. */
const marks = { right: '.', refused: 'r', wrong: 'x', empty: ' ' } as const
export const legend =
  '. right   r refused   x known to be wrong   ! not as listed   blank: there is no such thing'

/** The table of shapes and journeys; columns are numbered, and named below. */
export function grid(
  shapes: readonly Shape[],
  journeys: readonly Journey[],
  verdictOf: (shape: string, journey: string) => Verdict | undefined,
): string {
  const width = Math.max(...shapes.map(({ name }) => name.length))
  const numbers = journeys.map((_, index) => String(index + 1).padStart(3)).join('')
  const rows = shapes.map(({ name: shape }) => {
    const cells = journeys.map(({ name }) => markOf(verdictOf(shape, name)).padStart(3))
    return `${shape.padEnd(width)}${cells.join('')}`
  })
  const names = journeys.map(({ name, what }, index) => `${String(index + 1).padStart(3)} ${name}: ${what}`)
  return [`${' '.repeat(width)}${numbers}`, ...rows, '', legend, ...names].join('\n')
}

function markOf(verdict: Verdict | undefined): string {
  if (!verdict) return '-'
  return verdict.unexpected ? '!' : marks[verdict.is]
}
