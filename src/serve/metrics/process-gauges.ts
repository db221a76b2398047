import { monitorEventLoopDelay } from 'node:perf_hooks'
import { version } from '../../process/version.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds between two looks at the clock. */
const resolution = 10

/**
 * What the process takes, and how late its event loop is.
 * @returns ends the looking.
 */
export function processGauges(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  // What is measured is the time between two looks, in nanoseconds, the resolution included; nothing is NaN.
  const lag = (nanoseconds: number) => Math.max(0, (nanoseconds || 0) / 1e9 - resolution / 1000)
  const empty = () => delay.count === 0
  metrics.readEach('info', () => [{ values: [version, process.version], value: 1 }])
  metrics.read('loopMean', () => (empty() ? 0 : lag(delay.mean)))
  metrics.read('loopP99', () => (empty() ? 0 : lag(delay.percentile(99))))
  metrics.read('loopMax', () => {
    const max = empty() ? 0 : lag(delay.max)
    // The last of the three, so that each scrape begins again.
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
