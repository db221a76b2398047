export interface Row {
  /** The row of the scorecard. */
  id: string
  what: string
  value: string
  target: string
}

/** Runs every measurement once, then again, so that whatever else the machine does falls on all of them. */
export async function interleaved<Name extends string>(
  rounds: number,
  measurements: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number>> {
  const entries = Object.entries(measurements) as [Name, () => Promise<number>][]
  const found = new Map<Name, number[]>(entries.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of entries) found.get(name)?.push(await measure())
  }
  return Object.fromEntries([...found].map(([name, values]) => [name, median(values)])) as Record<
    Name,
    number
  >
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export const ratio = (value: number, peer: number): string => `${(value / peer).toFixed(2)} ×`

export function print(rows: readonly Row[]): void {
  for (const { id, what, value, target } of rows) {
    console.log(`${id}  ${what.padEnd(64)}${value.padStart(10)}   ${target}`)
  }
}
