import type { Called } from './calling.ts'
import type { Window } from './faults.ts'

/** Milliseconds after a fault within which calls may fail; a replica that hangs takes longer to be found out. */
const near = 2_000

/** What went on while a call was being made. */
export function around(
  { began, ended }: Pick<Called, 'began' | 'ended'>,
  windows: readonly Window[],
): string {
  const found = windows.filter(({ from, to }) => ended >= from && began <= to + near).map(({ what }) => what)
  return [...new Set(found)].sort().join(' + ')
}

/** How many there are of each, most of all first. */
function counted(words: readonly string[]): [word: string, count: number][] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one)
}

/** Prints what came of all calls. @returns the share that was right of those that no fault was near. */
export function printCalls(calls: readonly Called[], windows: readonly Window[]): number {
  const failed = calls.filter(({ fault }) => fault !== undefined)
  const away = calls.filter((one) => around(one, windows) === '')
  const awayFailed = away.filter(({ fault }) => fault !== undefined)
  console.log(`calls: ${calls.length}, of which failed: ${failed.length}`)
  console.log(`calls away from faults: ${away.length}, of which failed: ${awayFailed.length}`)
  const slowest = calls.reduce((most, { began, ended }) => Math.max(most, ended - began), 0)
  console.log(`slowest call: ${(slowest / 1000).toFixed(1)} s`)
  const reasons = failed.map((one) => {
    const during = around(one, windows)
    return `${during === '' ? 'away from faults' : during}: ${one.what}: ${one.fault?.slice(0, 120)}`
  })
  for (const [reason, count] of counted(reasons)) console.log(`  ${count} × ${reason}`)
  return away.length === 0 ? 1 : 1 - awayFailed.length / away.length
}

/** Prints what happened, and how soon all went on after Redis was whole again. */
export function printWindows(windows: readonly Window[]): void {
  for (const [what, count] of counted(windows.map((one) => one.what))) {
    const healed = windows.filter((one) => one.what === what).flatMap((one) => one.healed ?? [])
    const worst = healed.length > 0 ? `, healed in ${Math.max(...healed).toFixed(0)} ms at most` : ''
    console.log(`${count} × ${what}${worst}`)
  }
}
