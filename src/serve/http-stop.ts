import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { ServerSource } from '../protocol/source.ts'
import type { InFlight } from '../sessions/calls.ts'
import type { Registry } from '../sessions/registry.ts'
import type { HttpApp } from '../transports/http/http-app.ts'
import type { Listener } from '../transports/http/listener.ts'
import type { ModernHttp } from './modern/modern-http.ts'
import type { HttpServeOptions, Log } from './serve-options.ts'

/** Milliseconds that connections have to close by themselves, once everything has been answered. */
const lingering = 250

/** The parts of an HTTP server that a stop closes. */
export interface Stopping {
  readonly app: HttpApp
  readonly listener: Listener
  readonly inFlight: InFlight
  readonly options: HttpServeOptions
  readonly log: Log
  readonly registry: Registry
  readonly modern: ModernHttp
  readonly source: ServerSource
  /** Other resources, in the order in which they are closed. */
  readonly others: readonly ({ close(): unknown } | undefined)[]
}

/**
 * Stops in order: report unhealthy for the drain delay, refuse new sessions, drain calls in flight, close connections.
 * @param cutShort milliseconds that calls get, if less than the settings say.
 * @returns whether all calls were answered.
 */
export async function stopHttp(parts: Stopping, cutShort?: number): Promise<boolean> {
  const { app, listener, inFlight, options, log, registry, modern, source, others } = parts
  if (cutShort === undefined) await leave(app, options, log)
  app.stop()
  registry.drain()
  modern.drain()
  // Until then the port stays open, because calls in flight may be waiting for answers from their clients.
  const drained = await inFlight.drained(cutShort ?? options.drainLimit * 1000)
  if (cutShort === undefined && options.drainDelay > 0) await refuseAWhile()
  const closed = listener.close()
  await registry.fail('The server is shutting down')
  await Promise.allSettled([registry.close(), modern.close()])
  await source.close()
  for (const other of others) await other?.close()
  listener.closeIdle()
  const cut = setTimeout(() => listener.destroy(), lingering)
  await closed
  clearTimeout(cut)
  return drained
}

/**
 * Milliseconds that the port stays open after the last call, refusing requests, for load balancers that react to
 * refusals.
 */
const refusing = 1_000

/** A load balancer cannot tell from a reset connection whether a call was processed; from a refusal it can. */
async function refuseAWhile(): Promise<void> {
  await pause(refusing)
  // In a process that was blocked, timers run before the requests that arrived meanwhile.
  await nextTurn()
  await nextTurn()
}

/** Keeps serving until load balancers have noticed that this server is about to stop. */
async function leave(app: HttpApp, { drainDelay }: HttpServeOptions, log: Log): Promise<void> {
  if (drainDelay === 0) return
  app.leave()
  log('info', `stopping in ${drainDelay} s (--drain-delay); a second signal stops at once`)
  await pause(drainDelay * 1000)
}
