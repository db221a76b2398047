import { moreOf } from '../support/more-of.ts'
import type { Kept } from './probed.ts'

/** Bytes of heap and buffers that may be kept of a call. */
const mostOfCall = 100

/** What each process keeps more than before. */
export function leaksOf(
  before: ReadonlyMap<number, Kept>,
  after: ReadonlyMap<number, Kept>,
  calls: number,
): { rows: string[][]; faults: string[] } {
  const rows: string[][] = []
  const faults: string[] = []
  let place = 0
  for (const [pid, then] of before) {
    const now = after.get(pid)
    const name = place++ === 0 ? 'the one that listens' : `child ${place - 1}`
    if (!now) {
      faults.push(`${name} has ended`)
      continue
    }
    const each = (now.heap + now.external - then.heap - then.external) / calls
    rows.push([name, pair(then.heap, now.heap, 1024), each.toFixed(1), pair(then.rss, now.rss, 1024 * 1024)])
    if (!(each < mostOfCall)) faults.push(`${name} keeps ${each.toFixed(1)} bytes of each call`)
    faults.push(
      ...moreOf(handlesOf(then), handlesOf(now), name),
      ...moreOf(then.listeners, now.listeners, name),
    )
  }
  return { rows, faults }
}

const pair = (before: number, after: number, unit: number) =>
  `${Math.round(before / unit)}, ${Math.round(after / unit)}`

/** Timers come and go. */
function handlesOf({ resources }: Kept): Record<string, number> {
  const longLived = resources.filter((name) => !/^(Timeout|Immediate)$/.test(name))
  const names = [...new Set(longLived)]
  return Object.fromEntries(names.map((name) => [name, longLived.filter((one) => one === name).length]))
}
