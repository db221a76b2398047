import type { Measured } from './rounds.ts'
import { goalOn, spreadOf, type Verdict, verdictOf } from './verdict.ts'

/** A row that was measured, as it is printed, and as it is kept for the table over all Nodes. */
export interface Line {
  part: string
  target?: number
  what: string
  value: string
  spread: string
  goal: string
  verdict: Verdict
  /** Why it could not be measured. */
  fault?: string
}

export function lineOf(measured: Measured, part: string, major: number, isLoud: boolean): Line {
  const { row, values, fault } = measured
  const goal = goalOn(major, row)
  const { low, median, high } = spreadOf(values)
  const told = (value: number) => number(value) + (row.unit === '' ? '' : ` ${row.unit}`)
  return {
    part,
    ...(row.target !== undefined && { target: row.target }),
    what: row.what,
    value: fault === undefined ? told(median) : '–',
    spread: fault === undefined && values.length > 1 ? `${number(low)} – ${number(high)}` : '',
    goal: goal ? ('atMost' in goal ? `≤ ${number(goal.atMost)}` : `≥ ${number(goal.atLeast)}`) : '',
    verdict: verdictOf(measured, goal, isLoud),
    ...(fault !== undefined && { fault }),
  }
}

/** Three digits that say something. */
const number = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)

const heads = { target: '#', what: '', value: 'value', spread: 'half of the rounds', goal: 'target' }

export function printHead(title: string): void {
  console.log(`\n${title}`)
  console.log(text({ ...heads, verdict: '' }))
}

export function printLine(line: Line): void {
  console.log(text({ ...line, target: line.target ?? '' }))
  if (line.fault !== undefined) console.log(`      ${line.fault}`)
}

interface Told extends Omit<Line, 'target' | 'part' | 'verdict' | 'fault'> {
  target: number | string
  verdict: string
}

const text = ({ target, what, value, spread, goal, verdict }: Told): string =>
  [
    String(target).padStart(2),
    what.padEnd(78),
    value.padStart(11),
    spread.padStart(18),
    goal.padStart(8),
    ` ${verdict}`,
  ]
    .join('  ')
    .trimEnd()

/** The rows of several Nodes side by side. */
export function printSideBySide(byNode: ReadonlyMap<string, readonly Line[]>): void {
  const [[, first = []] = []] = [...byNode]
  const nodes = [...byNode.keys()]
  console.log(`\n${' '.repeat(84)}${nodes.map((node) => `Node ${node}`.padStart(20)).join('')}`)
  for (const line of first) {
    const cells = nodes.map((node) => {
      const found = byNode.get(node)?.find((one) => one.part === line.part && one.what === line.what)
      return `${found?.value ?? '–'} ${(found?.verdict ?? '').padEnd(6)}`.padStart(20)
    })
    console.log(`${String(line.target ?? '').padStart(2)}  ${line.what.padEnd(80)}${cells.join('')}`)
  }
}

export function totals(lines: readonly Line[]): string {
  const count = (verdict: Verdict) => lines.filter((line) => line.verdict === verdict).length
  const [green, red, noisy, failed] = (['green', 'red', 'noisy', 'failed'] as const).map(count)
  return `${green} green, ${red} red, ${noisy} too noisy to tell, ${failed} not measured`
}
