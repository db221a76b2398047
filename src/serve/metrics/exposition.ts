import type { Metric } from './metric-table.ts'

/** Label values, in the order of the metric's label names. */
export type Values = readonly string[]

/** The value of a metric for one set of labels. */
export interface Sample {
  readonly values: Values
  /** The number itself, or for a histogram its buckets, count and sum. */
  readonly value: number | Observed
}

export interface Observed {
  /** Not cumulative: observations between a bound and the previous one. */
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
}

/** The content type of the Prometheus text format. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** One metric in the Prometheus text format 0.0.4. */
export function exposed(metric: Metric, samples: Iterable<Sample>): string {
  const { name, type, help } = metric
  const lines = [`# HELP ${name} ${escaped(help, false)}`, `# TYPE ${name} ${type}`]
  for (const { values, value } of samples) {
    if (typeof value === 'number') lines.push(`${name}${labels(metric.labels, values)} ${number(value)}`)
    else lines.push(...histogram(metric, values, value))
  }
  return `${lines.join('\n')}\n`
}

function histogram(
  { name, labels: names, buckets = [] }: Metric,
  values: Values,
  observed: Observed,
): string[] {
  let sum = 0
  const lines = buckets.map((bound, index) => {
    sum += observed.counts[index] ?? 0
    return `${name}_bucket${labels([...names, 'le'], [...values, number(bound)])} ${sum}`
  })
  const all = labels([...names, 'le'], [...values, '+Inf'])
  const own = labels(names, values)
  return [
    ...lines,
    `${name}_bucket${all} ${observed.count}`,
    `${name}_sum${own} ${number(observed.sum)}`,
    `${name}_count${own} ${observed.count}`,
  ]
}

function labels(names: readonly string[], values: Values): string {
  if (names.length === 0) return ''
  return `{${names.map((name, index) => `${name}="${escaped(values[index] ?? '', true)}"`).join(',')}}`
}

const number = (value: number): string => (Number.isFinite(value) ? String(value) : 'NaN')

/** Escapes line breaks and quotes. Lone surrogates are replaced, since they would invalidate the whole text. */
function escaped(text: string, quoted: boolean): string {
  const plain = Buffer.from(text).toString().replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return quoted ? plain.replaceAll('"', '\\"') : plain
}
