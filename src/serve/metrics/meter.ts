import { STATUS_CODES } from 'node:http'
import type { ServerSource } from '../../protocol/source.ts'
import type { InFlight } from '../../sessions/calls.ts'
import type { Registry } from '../../sessions/registry.ts'
import type { Store } from '../../store/store.ts'
import { openStreams } from '../../transports/http/event-stream.ts'
import type { HttpApp, Recorder } from '../../transports/http/http-app.ts'
import type { ModernHttp } from '../modern/modern-http.ts'
import type { Log } from '../serve-options.ts'
import { watchedSource } from '../watched/watched-source.ts'
import { meteredStore } from './metered-store.ts'
import { Metrics } from './metrics.ts'
import { type MetricsAddress, openMetricsPort } from './metrics-port.ts'
import { processGauges } from './process-gauges.ts'
import { requestWatch } from './request-watch.ts'

/** The parts of a running server whose state is read at each scrape. */
export interface MeteredServer {
  readonly app: HttpApp
  readonly registry: Registry
  readonly inFlight: InFlight
  readonly modern: ModernHttp
}

/** Collects the metrics of one server, and serves them on a separate port. */
export interface Meter {
  /** The source to serve in place of the one that was given. */
  readonly source: ServerSource
  store(store: Store): Store
  watch(served: MeteredServer): void
  close(): Promise<void>
}

/**
 * Starts collecting.
 * @throws CliError (exit 4) when the metrics port cannot be bound.
 */
export async function openMeter(source: ServerSource, address: MetricsAddress, log: Log): Promise<Meter> {
  const metrics = new Metrics()
  const port = await openMetricsPort(address, () => metrics.text())
  const stopLooking = processGauges(metrics)
  log('info', `metrics on ${port.url}`)
  return {
    source: watchedSource(source, requestWatch(metrics)),
    store: (store) => meteredStore(store, metrics),
    watch: (served) => watchServed(metrics, served),
    close: async () => {
      stopLooking()
      await port.close()
    },
  }
}

function watchServed(metrics: Metrics, { app, registry, inFlight, modern }: MeteredServer): void {
  metrics.read('sessions', () => registry.size)
  metrics.read('sessionsOpened', () => registry.opened)
  metrics.read('sessionsAdopted', () => registry.adopted)
  metrics.read('inFlight', () => inFlight.count)
  metrics.readEach('streams', () => [
    { values: ['events'], value: openStreams() },
    { values: ['subscriptions'], value: modern.listening },
  ])
  app.recorder = both(app.recorder, httpRecorder(metrics))
}

const verbs: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Counts each request when it ends; the user's routes may answer with any status. */
const httpRecorder =
  (metrics: Metrics): Recorder =>
  ({ request, response }) => {
    response.once('close', () => {
      const method = verbs.has(request.method) ? `${request.method}` : 'other'
      const { statusCode } = response
      metrics.count('httpRequests', method, statusCode in STATUS_CODES ? `${statusCode}` : 'other')
    })
    return undefined
  }

/** Combines two recorders. */
const both = (first: Recorder | undefined, second: Recorder): Recorder =>
  first
    ? (exchange) => {
        second(exchange)
        return first(exchange)
      }
    : second
