import { exposed, type Sample, type Values } from './exposition.ts'
import { type Metric, type MetricKey, metricTable } from './metric-table.ts'

/** Mutable counts for one set of labels. */
interface Tally {
  readonly values: Values
  value: number
}

interface Spread {
  readonly values: Values
  readonly value: { counts: number[]; count: number; sum: number }
}

/** The metrics of one server: counters that are updated, and gauges that are read at each scrape. */
export class Metrics {
  readonly #tallies = new Map<MetricKey, Map<string, Tally>>()
  readonly #spreads = new Map<MetricKey, Map<string, Spread>>()
  readonly #reads = new Map<MetricKey, () => Iterable<Sample>>()

  /** Increments a counter. The caller must keep the number of distinct values bounded. */
  count(key: MetricKey, ...values: string[]): void {
    const tallies = entry(this.#tallies, key, () => new Map<string, Tally>())
    entry(tallies, values.join('\0'), () => ({ values, value: 0 })).value++
  }

  /** Adds a duration to a histogram. */
  observe(key: MetricKey, seconds: number, ...values: string[]): void {
    const { buckets = [] }: Metric = metricTable[key]
    const spreads = entry(this.#spreads, key, () => new Map<string, Spread>())
    const fresh = () => ({ values, value: { counts: buckets.map(() => 0), count: 0, sum: 0 } })
    const { value } = entry(spreads, values.join('\0'), fresh)
    const at = buckets.findIndex((bound) => seconds <= bound)
    if (at !== -1) value.counts[at] = (value.counts[at] ?? 0) + 1
    value.count++
    value.sum += seconds
  }

  /** @param read is called for the value at each scrape. */
  read(key: MetricKey, read: () => number): void {
    this.#reads.set(key, () => [{ values: [], value: read() }])
  }

  /** The same for a metric with labels. */
  readEach(key: MetricKey, read: () => Iterable<Sample>): void {
    this.#reads.set(key, read)
  }

  /** All metrics in the Prometheus text format. */
  text(): string {
    return (Object.keys(metricTable) as MetricKey[])
      .map((key) => exposed(metricTable[key], this.#samples(key)))
      .join('')
  }

  #samples(key: MetricKey): Iterable<Sample> {
    const read = this.#reads.get(key)
    if (read) return read()
    return this.#tallies.get(key)?.values() ?? this.#spreads.get(key)?.values() ?? []
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
