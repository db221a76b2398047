import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Route } from '../../protocol/source.ts'
import type { InFlight } from '../../sessions/calls.ts'
import { welcomeOrigin } from './cors.ts'
import type { HostCheck } from './host-check.ts'
import { type Exchange, refuse, refuseMethod, refuseStopping, replyJson } from './http-reply.ts'
import { answerProbe, type Probe, probeIn, type ServerState, shown } from './probes.ts'
import { requestTarget } from './request-target.ts'
import { answerByRoute, failExchange, RouteTable } from './user-routes.ts'

/** Handles one of the runner's own paths, such as the MCP endpoint. */
export type Endpoint = (exchange: Exchange) => void | Promise<void>

/** Host and origin checks, and the path of the health endpoint, if any. */
export interface HttpChecks {
  hosts: HostCheck
  healthPath: string | undefined
}

/** What is served, by path. */
export interface HttpServed {
  endpoints: ReadonlyMap<string, Endpoint>
  /** The user's own routes. */
  routes: readonly Route[]
  /** Handles all other paths. */
  fallback?: Endpoint | undefined
}

export interface HttpAppOptions extends HttpChecks {
  inFlight: InFlight
  log: (level: 'debug' | 'warning' | 'error', message: string) => void
}

/** Starts recording a request; the returned function receives its message. */
export type Recorder = (exchange: Exchange) => Exchange['seen']

/** Maximum requests that wait while user code loads. */
const waitingLimit = 256

/**
 * Everything between the socket and an endpoint: health and probes, Host and Origin checks, CORS, waiting for user code
 * to load, and the user's routes. The first failing check responds; user code runs only after all of them.
 */
export class HttpApp {
  readonly #options: HttpAppOptions
  #checks: HttpChecks
  #endpoints: ReadonlyMap<string, Endpoint> = new Map()
  #own: ReadonlyMap<string, Endpoint> = new Map()
  #routes = new RouteTable([])
  #fallback: Endpoint | undefined
  #ready: (() => Promise<string | undefined>) | undefined
  #state: ServerState = 'loading'
  #waiting: (() => void)[] = []
  /** Records requests, if set. */
  recorder: Recorder | undefined

  constructor(options: HttpAppOptions) {
    this.#options = options
    this.#checks = options
  }

  /**
   * Starts serving, waiting requests first.
   * @param what `own` are endpoints that respond in every state; everything else waits until `ready` resolves, and is
   * refused with its value until the first `change`.
   */
  serve(
    what: HttpChecks &
      HttpServed & {
        own: ReadonlyMap<string, Endpoint>
        ready: (() => Promise<string | undefined>) | undefined
      },
  ): void {
    this.#checks = what
    this.#own = what.own
    this.change(what)
    this.#ready = what.ready
    this.#state = 'serving'
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** Replaces what is served. */
  change({ endpoints, routes, fallback }: HttpServed): void {
    this.#endpoints = endpoints
    this.#fallback = fallback
    this.#routes = new RouteTable(routes)
    this.#ready = undefined
  }

  /** From now on readiness probes fail, and every response closes its connection. */
  leave(): void {
    if (this.#state === 'serving') this.#state = 'leaving'
  }

  /** From now on new requests are refused, those to an endpoint by the endpoint itself; requests in flight continue. */
  stop(): void {
    this.#state = 'stopping'
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** @param forwarded whether another process forwarded it, and has recorded it already. */
  readonly handle = (request: IncomingMessage, response: ServerResponse, forwarded = false): void => {
    if (this.#state === 'leaving' || this.#state === 'stopping') response.shouldKeepAlive = false
    const target = requestTarget(request.url ?? '/', request.headers.host)
    if (!target) return refuse(response, 400, 'The request target is not a path of this server')
    const { path, url } = target
    // Hooks, handlers and the user's app see the URL that was routed.
    request.url = url
    const bare = { request, response, path }
    const exchange = this.recorder && !forwarded ? { ...bare, seen: this.recorder(bare) } : bare
    void this.#dispatch(exchange)?.catch((error: unknown) => failExchange(exchange, error, this.#options.log))
  }

  #dispatch(exchange: Exchange): void | Promise<void> {
    const { request, response, path } = exchange
    if (path === this.#checks.healthPath) return this.#health(exchange)
    const probe = probeIn(request, path)
    if (probe && !this.#hasOwn(probe)) {
      return answerProbe(response, probe, this.#ready ? 'loading' : this.#state)
    }
    const fault = this.#checks.hosts.hostFault(request) ?? this.#checks.hosts.originFault(request)
    if (fault) {
      this.#options.log('warning', `refused ${request.method} ${path}: ${fault}`)
      return refuse(response, 403, fault)
    }
    if (welcomeOrigin(request, response)) return
    return this.#state === 'loading' ? this.#wait(exchange) : this.#route(exchange)
  }

  /** Whether the server handles a probe path itself; during a stop, probes are always answered here. */
  #hasOwn(probe: Probe): boolean {
    const served = this.#state === 'serving' || (this.#state === 'leaving' && probe === '/livez')
    if (!served) return false
    if (this.#own.has(probe) || this.#endpoints.has(probe) || this.#fallback) return true
    const found = this.#routes.find('GET', probe)
    return 'route' in found || found.allow.length > 0
  }

  #route(exchange: Exchange): void | Promise<void> {
    const { request, response, path } = exchange
    const own = this.#own.get(path)
    if (own) return own(exchange)
    if (this.#ready) return this.#routeOnceReady(exchange, this.#ready)
    // Endpoints continue to serve what belongs to calls in flight, and refuse everything else themselves.
    const endpoint = this.#endpoints.get(path)
    if (endpoint) return endpoint(exchange)
    if (this.#state === 'stopping') return refuseStopping(response)
    const method = request.method ?? 'GET'
    const found = this.#routes.find(method, path)
    if ('route' in found) return answerByRoute(exchange, found, this.#options.inFlight)
    if (this.#fallback) return this.#fallback(exchange)
    if (found.allow.length > 0) return refuseMethod(response, found.allow)
    return refuse(response, 404, 'Not found')
  }

  async #routeOnceReady(exchange: Exchange, ready: () => Promise<string | undefined>): Promise<void> {
    const fault = await ready()
    if (fault !== undefined) return refuse(exchange.response, 503, fault, { headers: { 'retry-after': '1' } })
    // By now `change` has been called, or never will be.
    if (this.#ready === ready) this.#ready = undefined
    return this.#route(exchange)
  }

  async #wait(exchange: Exchange): Promise<void> {
    if (this.#waiting.length >= waitingLimit) {
      return refuse(exchange.response, 503, 'The server is starting', { headers: { 'retry-after': '1' } })
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
    })
    return this.#route(exchange)
  }

  #health({ request, response }: Exchange): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(response, ['GET', 'HEAD'])
    const healthy = this.#state === 'serving'
    replyJson(response, healthy ? 200 : 503, { status: healthy ? 'ok' : shown(this.#state) })
  }
}
