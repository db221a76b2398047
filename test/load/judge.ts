import type { Figures } from './run-scenario.ts'
import type { Seen } from './witness.ts'

const mib = 1024 * 1024

/** What must hold whatever clients do, with a heap of 256 MiB; docs/limits.md says it too. */
export const bounds = {
  /** Bytes that a server may keep more than before, once its garbage has been collected. */
  kept: 96 * mib,
  /** Bytes of memory that its process may have at the most. */
  rss: 512 * mib,
  /** Part of another caller's calls that must be answered rightly. */
  right: 0.99,
  /** How many times longer the slowest hundredth of them may take than when that caller is alone. */
  slower: 3,
} as const

export const titles = [
  'scenario',
  'heap MiB: before, most, after',
  'RSS MiB, most',
  'others answered',
  'p50 ms: alone, beside',
  'p99 ms: alone, beside',
  'times',
  's',
  '',
]

export function rowOf(figures: Figures): string[] {
  const { title, heap, rss, alone, beside, seconds } = figures
  return [
    title,
    heap ? [heap.before, heap.most, heap.after].map(inMib).join(', ') : 'ended',
    rss === undefined ? '' : inMib(rss),
    beside ? `${beside.right} of ${beside.calls}` : '',
    [alone, beside].map((one) => one?.p50.toFixed(1)).join(', '),
    [alone, beside].map((one) => one?.p99.toFixed(1)).join(', '),
    slowerBy(alone, beside).toFixed(1),
    seconds.toFixed(0),
    faultsOf(figures).length === 0 ? '✓' : '✗',
  ]
}

/** In words what is beyond its bounds. */
export function faultsOf({ heap, rss, alone, beside, wrong }: Figures): string[] {
  const faults = Object.entries(wrong).map(([what, count]) => `${count} × ${what}`)
  if (!heap) faults.push('its memory cannot be read any more')
  else if (heap.after - heap.before > bounds.kept) {
    faults.push(`keeps ${inMib(heap.after - heap.before)} MiB, and may ${inMib(bounds.kept)}`)
  }
  if (rss !== undefined && rss > bounds.rss)
    faults.push(`had ${inMib(rss)} MiB, and may ${inMib(bounds.rss)}`)
  const share = beside ? beside.right / beside.calls : 0
  if (!(share >= bounds.right)) {
    const others = JSON.stringify(beside?.faults ?? {})
    faults.push(`answered ${(share * 100).toFixed(1)} % of another caller's calls: ${others}`)
  }
  const slower = slowerBy(alone, beside)
  if (!(slower <= bounds.slower)) faults.push(`another caller's p99 was ${slower.toFixed(1)} times longer`)
  return faults
}

const slowerBy = (alone: Seen | undefined, beside: Seen | undefined) =>
  (beside?.p99 ?? Number.NaN) / (alone?.p99 ?? Number.NaN)
const inMib = (bytes: number) => (bytes / mib).toFixed(0)
