import type { Metric } from './metric-table.ts'

/** Labels and what stands for them, in the order of a metric's own. */
export type Values = readonly string[]

/** What a metric has counted for one set of labels. */
export interface Sample {
  readonly values: Values
  /** The number itself, or of a histogram how many were at most each bound, all of them, and their sum. */
  readonly value: number | Observed
}

export interface Observed {
  /** Not added up: how many fell between a bound and the one before. */
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
}

/** The media type of the text format of Prometheus. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** One metric as Prometheus reads it (text format 0.0.4). */
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

/** What would end a line, or a quoted value. Half a character of two is none, and spoils the whole text. */
function escaped(text: string, quoted: boolean): string {
  const plain = Buffer.from(text).toString().replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return quoted ? plain.replaceAll('"', '\\"') : plain
}
