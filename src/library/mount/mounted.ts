import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { runOptions as defaults } from '../../options/run-options.ts'
import { jsonText } from '../../protocol/json-text.ts'
import { errorCodes } from '../../protocol/jsonrpc.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { answerMetadata, guardEndpoint, guardRoutes } from '../../serve/auth/auth-endpoints.ts'
import { AuthGate } from '../../serve/auth/auth-gate.ts'
import { type HttpSessions, httpSessions, streamableHttp } from '../../serve/http-sessions.ts'
import type { Log } from '../../serve/serve-options.ts'
import { InFlight } from '../../sessions/calls.ts'
import { messageOf } from '../../terminal/errors.ts'
import { say } from '../../terminal/output.ts'
import { welcomeOrigin } from '../../transports/http/cors.ts'
import { HostCheck } from '../../transports/http/host-check.ts'
import type { Endpoint } from '../../transports/http/http-app.ts'
import { type Exchange, refuse, refuseMethod } from '../../transports/http/http-reply.ts'
import { bodyLimit } from '../../transports/http/message-body.ts'
import { requestTarget } from '../../transports/http/request-target.ts'
import { answerByRoute, failExchange, RouteTable } from '../../transports/http/user-routes.ts'
import { WebIncoming } from '../../transports/web/web-incoming.ts'

/** How a server is mounted in a host of somebody else's: Hono, Express, `node:http`. */
export interface MountOptions {
  /**
   * Keeps no sessions, where a host may answer each request in another process, as serverless ones do.
   * @defaultValue `false`
   */
  stateless?: boolean
  /**
   * What the host puts before the paths of custom routes, such as `/api`, unless it takes it off itself.
   * @defaultValue nothing, or with Express the path it is mounted at
   */
  basePath?: string
  /**
   * Origins of web pages that may call, besides this machine's own pages; `*` admits any. Others get 403 (2025-11-25,
   * basic/transports, Security Warning).
   * @defaultValue this machine's pages
   */
  allowedOrigins?: readonly string[]
  /**
   * The largest message taken from a client, from 1kb to 256mb: a number of bytes, or a size such as `20mb`.
   * @defaultValue `4mb`
   */
  maxBody?: number | string
  /**
   * How many sessions are held at the most. Beyond that an idle one ends for a new one; when none is idle, the new one
   * gets 503.
   * @defaultValue `10000`
   */
  maxSessions?: number
  /**
   * Seconds after which an idle session ends.
   * @defaultValue `1800`
   */
  sessionTimeout?: number
}

/** A mounted server: the same in the two forms that hosts want. Neither needs `this`. */
export interface Mount {
  /** Answers a web-standard request; whatever goes wrong is an answer too. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Answers a request of Node's, and of Express, whose parsed body and mount path it understands. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  /** Ends the sessions; calls in flight are answered with an error. */
  close(): Promise<void>
}

/**
 * A server inside a host of somebody else's: answers with a custom route, or else MCP, whatever the path, by the same
 * transport and the same checks as the runner. What the host decides itself is left to it: Host names, and who may
 * call its routes from other pages.
 */
export class Mounted {
  readonly #source: ServerSource
  readonly #basePath: string
  readonly #hosts: HostCheck
  readonly #inFlight = new InFlight()
  readonly #sessions: HttpSessions
  readonly #gate: AuthGate | undefined
  readonly #mcp: Endpoint

  /** @throws TypeError for a `maxBody` that is no size. */
  constructor(source: ServerSource, options: MountOptions) {
    const { basePath = '', allowedOrigins = [], maxSessions = defaults.maxSessions.default } = options
    const { sessionTimeout = defaults.sessionTimeout.default } = options
    const maxBody = maxBodyOf(options)
    this.#source = source
    this.#basePath = basePath
    this.#hosts = new HostCheck({ host: '127.0.0.1', allowedHosts: ['*'], allowedOrigins })
    const core = { source, inFlight: this.#inFlight, log }
    this.#sessions = httpSessions(core, { maxSessions, sessionTimeout })
    const { stateless = false } = options
    const streamable = streamableHttp({ ...core, ...this.#sessions, stateless, jsonResponse: false, maxBody })
    const endpoint: Endpoint = (exchange) => streamable.handle(exchange)
    this.#gate = source.auth && new AuthGate(source.auth, log)
    this.#mcp = this.#gate ? guardEndpoint(endpoint, this.#gate) : endpoint
  }

  /** @param basePath what the host puts before the paths of custom routes. */
  handle(request: IncomingMessage, response: ServerResponse, basePath = this.#basePath): void {
    const target = requestTarget(request.url ?? '/', request.headers.host)
    if (!target) return refuse(response, 400, 'The request target is not a path of this server')
    const exchange = { request, response, path: target.path }
    request.url = target.url
    this.#answer(exchange, basePath).catch((error: unknown) => failExchange(exchange, error, log))
  }

  async #answer(exchange: Exchange, basePath: string): Promise<void> {
    const { request, response, path } = exchange
    const fault = this.#hosts.hostFault(request)
    if (fault !== undefined) return refuse(response, 403, fault)
    const found = this.#routes().find(request.method ?? 'GET', withoutBase(path, basePath))
    if ('route' in found) return answerByRoute(exchange, found, this.#inFlight)
    if (found.allow.length > 0) return refuseMethod(response, found.allow)
    if (this.#gate?.servesMetadataAt(path)) return answerMetadata(exchange, this.#gate)
    if (this.#hosts.originFault(request) !== undefined) {
      return refuse(response, 403, 'This origin is not allowed: name it in allowedOrigins of mcp.mount()')
    }
    if (welcomeOrigin(request, response)) return
    if (bodyTaken(request)) {
      const words = 'The host has read the body of this request: hand it on before anything reads it'
      log('error', words)
      return refuse(response, 500, words, { code: errorCodes.internal })
    }
    return this.#mcp(exchange)
  }

  /** Made again, because routes can still be added. */
  #routes(): RouteTable {
    return new RouteTable(guardRoutes(this.#source.routes, this.#gate))
  }

  /** Ends the sessions; calls in flight are answered with an error. */
  async close(): Promise<void> {
    const { registry, modern } = this.#sessions
    await registry.fail('The server is shutting down')
    await Promise.allSettled([registry.close(), modern.close()])
  }
}

/** A listener for `node:http` and Express. */
export const nodeListener =
  (mounted: Mounted) =>
  (incoming: IncomingMessage & ExpressParts, response: ServerResponse): void => {
    const request = incoming.body !== undefined && incoming.readableEnded ? readAgain(incoming) : incoming
    request.url = incoming.originalUrl ?? incoming.url ?? '/'
    mounted.handle(request, response, incoming.baseUrl)
  }

const log: Log = (level, message) => {
  if (level !== 'debug') say(message)
}

/** @throws TypeError for what is no size. */
function maxBodyOf({ maxBody }: MountOptions): number {
  if (maxBody === undefined) return bodyLimit
  try {
    return defaults.maxBody.parse(String(maxBody)) ?? bodyLimit
  } catch (error) {
    throw new TypeError(`mount: maxBody ${messageOf(error)}`)
  }
}

const bodyTaken = (request: IncomingMessage) =>
  request instanceof WebIncoming ? request.bodyTaken : request.readableEnded

function withoutBase(path: string, base: string): string {
  const trimmed = base.replace(/\/$/, '')
  return trimmed !== '' && (path === trimmed || path.startsWith(`${trimmed}/`))
    ? path.slice(trimmed.length) || '/'
    : path
}

/** What Express adds to a request of Node's. */
interface ExpressParts {
  /** The whole path, where `url` is only what follows the mount path. */
  originalUrl?: string
  baseUrl?: string
  /** What `express.json()` has read. */
  body?: unknown
}

/** The same request with a body that can be read, made of what a middleware has made of it. */
function readAgain({ method, headers, body }: IncomingMessage & ExpressParts): IncomingMessage {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : jsonText(body)
  // They are of the body that came, which was decoded.
  const { 'content-encoding': _encoding, 'content-length': _length, ...kept } = headers
  const again = Object.assign(Readable.from([Buffer.from(text)]), { method, headers: kept, complete: true })
  return again as unknown as IncomingMessage
}
