import { monitorEventLoopDelay } from 'node:perf_hooks'
import { version } from '../../process/version.ts'
import type { Metrics } from './metrics.ts'

/** Sampling interval of the event loop delay in milliseconds. */
const resolution = 10

/**
 * Memory, CPU and event loop delay of the process.
 * @returns a function that stops the sampling.
 */
export function processGauges(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  // The histogram measures the time between two samples in nanoseconds, including the interval; without samples it is
  // NaN.
  const lag = (nanoseconds: number) => Math.max(0, (nanoseconds || 0) / 1e9 - resolution / 1000)
  const empty = () => delay.count === 0
  metrics.readEach('info', () => [{ values: [version, process.version], value: 1 }])
  metrics.read('loopMean', () => (empty() ? 0 : lag(delay.mean)))
  metrics.read('loopP99', () => (empty() ? 0 : lag(delay.percentile(99))))
  metrics.read('loopMax', () => {
    const max = empty() ? 0 : lag(delay.max)
    // Read last, so that each scrape starts a new measurement.
    delay.reset()
    return max
  })
  const memory = process.memoryUsage
  metrics.read('resident', () => memory.rss())
  metrics.read('heapUsed', () => memory().heapUsed)
  metrics.read('heapTotal', () => memory().heapTotal)
  metrics.read('external', () => memory().external)
  const cpu = process.cpuUsage
  metrics.read('cpu', () => (cpu().user + cpu().system) / 1e6)
  metrics.read('started', () => performance.timeOrigin / 1000)
  return () => delay.disable()
}
