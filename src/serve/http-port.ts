import type { Settings } from '../options/settings.ts'
import type { AppHandler, ServerSource } from '../protocol/source.ts'
import { lackingScopes } from '../protocol/tool-scopes.ts'
import { InFlight } from '../sessions/calls.ts'
import type { SessionPersistence } from '../sessions/persistence/session-persistence.ts'
import { HostCheck } from '../transports/http/host-check.ts'
import { type Endpoint, HttpApp } from '../transports/http/http-app.ts'
import { type Listener, listen, type Secure } from '../transports/http/listener.ts'
import { bodyLimit } from '../transports/http/message-body.ts'
import type { Peers } from '../transports/peers/peers.ts'
import { sseEndpoints } from '../transports/sse.ts'
import type { StreamableHttp } from '../transports/streamable/streamable-http.ts'
import { gateFor, guardEndpoint, guardEndpoints, guardRoutes } from './auth/auth-endpoints.ts'
import type { AuthGate } from './auth/auth-gate.ts'
import { httpOptions, mcpPath, refuseHealthClash } from './http-options.ts'
import { type HttpCore, type HttpSessions, httpSessions, streamableHttp } from './http-sessions.ts'
import { stopHttp } from './http-stop.ts'
import type { Meter } from './metrics/meter.ts'
import type { HttpServeOptions, Log, Running } from './serve-options.ts'
import type { Joined } from './workers/joined.ts'
import type { WorkerParts } from './workers/worker-parts.ts'

/** What is served besides the MCP server itself. */
interface ServeExtras {
  /** Additional endpoints of the runner, by path. */
  readonly more?: ReadonlyMap<string, Endpoint> | undefined
  /** Persists its sessions beyond this process. */
  readonly persistence?: SessionPersistence | undefined
  /** Set if several processes serve this address together. */
  readonly joined?: Joined | undefined
  /** Collects metrics, if enabled. */
  readonly meter?: Meter | undefined
}

/** A bound port whose server is still loading: requests are accepted from now on and answered once it is there. */
export interface HttpPort {
  readonly options: HttpServeOptions
  /** The actual port, since the options may ask for any free one. */
  readonly port: number
  /**
   * Starts serving, under options that may have changed in everything but the address.
   * @param extras additional endpoints, and what persists its sessions.
   */
  serve(source: ServerSource, options: HttpServeOptions, extras?: ServeExtras): Running
  /** Starts the access log that these options ask for. */
  record(options: HttpServeOptions): Promise<void>
  /** Closes the port because user code failed to load. */
  abandon(): Promise<void>
}

/**
 * Binds the port before any user code runs.
 * @throws CliError (exit 4) when the port cannot be bound, (exit 2) when two paths clash.
 */
export async function openHttpPort(options: HttpServeOptions, log: Log): Promise<HttpPort> {
  refuseHealthClash(options)
  const listener = await listen(options.host, options.port, await secured(options, log))
  const inFlight = new InFlight()
  const app = new HttpApp({ hosts: new HostCheck(options), healthPath: options.health, inFlight, log })
  await record(app, options, log)
  listener.onRequest(app.handle)
  // Until there is a server, the port must not keep a process alive whose user code has finished.
  listener.keepAlive(false)
  return {
    options,
    port: listener.port,
    record: (final) => record(app, final, log),
    serve: (source, final, extras) =>
      serve(source, { app, listener, inFlight, options: final, log, ...extras }),
    abandon: async () => {
      app.stop()
      listener.destroy()
      await listener.close()
    },
  }
}

/** TLS for the port; loaded only when used. */
async function secured({ tls }: HttpServeOptions, log: Log): Promise<Secure | undefined> {
  if (!tls) return undefined
  const { TlsPair } = await import('./tls-pair.ts')
  return new TlsPair(tls, log)
}

/** Loaded only when used. */
async function record(app: HttpApp, { accessLog }: HttpServeOptions, log: Log): Promise<void> {
  app.recorder = accessLog && (await import('./access-log.ts')).accessLog(accessLog, log)
}

export interface HttpParts {
  log: Log
  /** A port that is already bound. */
  bound?: HttpPort | undefined
  /** HTTP options that override the settings. */
  http?: HttpServeOptions | undefined
  /** Additional endpoints of the runner, by path. */
  more?: ReadonlyMap<string, Endpoint>
  /** Set if several processes serve this address together. */
  worker?: WorkerParts | undefined
}

/** Binds the port that the settings name; requests wait until there is a server. */
export const openPort = (settings: Settings, log: Log): Promise<HttpPort> =>
  openHttpPort(httpOptions(settings), log)

/** Serves on the port that is already bound, unless user code has named another. */
export async function serveHttp(
  source: ServerSource,
  settings: Settings,
  { bound, http, more, log, worker }: HttpParts,
): Promise<Running> {
  const options = http ?? httpOptions(settings)
  const moved = bound && bindingOf(bound.options) !== bindingOf(options)
  if (moved) await bound?.abandon()
  const meter = options.metrics && (await meterFor(source, options.metrics, log))
  let joined: Joined | undefined
  let persistence: SessionPersistence | undefined
  try {
    const others = options.redis
      ? await replicasFor(options.redis, options, log, worker?.store.processName)
      : worker
    joined = others && (await joinedBy(source, options, others))
    if (joined) persistence = joined.persistence
    else if (options.store !== 'memory') persistence = await storeFor(source, options, log, meter?.store)
    const port = bound && !moved ? bound : await openHttpPort(options, log)
    if (port === bound) await port.record(options)
    return port.serve(meter?.source ?? source, options, { more, persistence, joined, meter })
  } catch (error) {
    await persistence?.close()
    await joined?.close()
    await meter?.close()
    throw error
  }
}

/** The options that cannot change once the port is bound. */
const bindingOf = ({ host, port, tls }: HttpServeOptions) => JSON.stringify([host, port, tls])

/** Loaded only when a store is used. */
const storeFor = async (...asked: Parameters<typeof import('./session-store.ts').sessionStore>) =>
  (await import('./session-store.ts')).sessionStore(...asked)

const joinedBy = async (...asked: Parameters<typeof Joined.join>) =>
  (await import('./workers/joined.ts')).Joined.join(...asked)

const replicasFor = async (
  ...asked: Parameters<typeof import('./replicas/replica-parts.ts').ReplicaParts.open>
) => (await import('./replicas/replica-parts.ts')).ReplicaParts.open(...asked)

const meterFor = async (...asked: Parameters<typeof import('./metrics/meter.ts').openMeter>) =>
  (await import('./metrics/meter.ts')).openMeter(...asked)

interface Parts extends ServeExtras {
  app: HttpApp
  listener: Listener
  inFlight: InFlight
  options: HttpServeOptions
  log: Log
}

function serve(source: ServerSource, parts: Parts): Running {
  const { app, listener, inFlight, options, log, more, persistence, joined, meter } = parts
  const path = mcpPath(options)
  const core = { source, inFlight, log }
  // An SSE session id contains the name of its process, by which the session is found.
  const newId = options.transport === 'sse' ? joined?.newId : undefined
  const sessions = httpSessions(core, { ...options, newId }, persistence)
  const { registry, modern } = sessions
  meter?.watch({ app, registry, inFlight, modern })
  const { endpoints, streamable } = mcpEndpoints({ ...core, ...sessions }, options, joined?.peers)
  const guarded = (known = true) => {
    const gate = gateFor(source, options, log, known)
    const served: typeof endpoints = source.appOnly ? new Map() : endpoints
    return {
      endpoints: gate ? guardEndpoints(served, gate, path) : served,
      routes: guardRoutes(source.routes, gate),
      fallback: source.app && appEndpoint(source.app, inFlight, gate),
    }
  }
  app.serve({
    ...guarded(source.ready === undefined),
    own: more ?? new Map(),
    hosts: new HostCheck(options),
    healthPath: options.health,
    ready: source.ready,
  })
  source.onHttpChange?.(() => app.change(guarded()))
  listener.keepAlive(true)
  const others = [persistence, joined, meter]
  const stopping = { app, listener, inFlight, options, log, registry, modern, source, others }
  joined?.serves({ handle: (...asked) => app.handle(...asked, true), modern, streamable })
  return {
    url: `${listener.origin}${path}`,
    close: once((cutShort) => stopHttp(stopping, cutShort)),
  }
}

interface McpEndpoints {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  /** The Streamable HTTP endpoint, if that is the transport. */
  readonly streamable?: StreamableHttp
}

/** The MCP endpoints, by path. */
function mcpEndpoints(
  serving: HttpCore & HttpSessions,
  options: HttpServeOptions,
  peers: Peers | undefined,
): McpEndpoints {
  const path = mcpPath(options)
  const { messagePath, maxBody = bodyLimit } = options
  switch (options.transport) {
    case 'sse': {
      const { registry, log, source } = serving
      const lacking = lackingScopes(() => source.toolScopes, options.toolScopes)
      const warn = (message: string) => log('warning', message)
      return {
        endpoints: sseEndpoints({ registry, path, messagePath, lacking, maxBody, log: warn, peers }),
      }
    }
    case 'streamable-http': {
      const streamable = streamableHttp({ ...options, ...serving, maxBody, peers })
      return { streamable, endpoints: new Map([[path, (exchange) => streamable.handle(exchange)]]) }
    }
  }
}

/** The user's own HTTP app, behind the same checks as everything else. Its open streams do not delay a stop. */
function appEndpoint(app: AppHandler, inFlight: InFlight, gate: AuthGate | undefined): Endpoint {
  const endpoint: Endpoint = ({ request, response }) => {
    if (request.method !== 'GET') {
      inFlight.begin()
      response.once('close', () => inFlight.end())
    }
    return app(request, response)
  }
  return gate ? guardEndpoint(endpoint, gate) : endpoint
}

/** Makes repeated stops share one. */
function once(close: (limit?: number) => Promise<boolean>): (limit?: number) => Promise<boolean> {
  let result: Promise<boolean> | undefined
  return (limit) => {
    result ??= close(limit)
    return result
  }
}
