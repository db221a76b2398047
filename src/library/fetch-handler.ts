import type { AuthInfo } from '../auth.ts'
import { messageOf, stackOf } from '../errors.ts'
import { errorCodes, errorReply, isRecord } from '../jsonrpc.ts'
import { runOptions } from '../options/run-options.ts'
import { writeError } from '../output.ts'
import { AuthGate } from '../serve/auth-gate.ts'
import { guardRoutes } from '../serve/guarded.ts'
import { type Handler, mcpHandler } from '../serve/mcp-handler.ts'
import { ownSdk } from '../serve/own-sdk.ts'
import type { ServerSource } from '../source.ts'
import { bodyLimit } from '../transports/body.ts'
import { HostCheck } from '../transports/host-check.ts'
import { normalPath } from '../transports/request-target.ts'
import { RouteTable } from '../transports/route-table.ts'
import { WebRequest, WebResponse, WebUrl } from '../transports/web-classes.ts'
import { answerToResponse } from '../transports/web-response.ts'
import type { MountOptions } from './mount-options.ts'
import { MountedSessions } from './mounted-sessions.ts'

/** Serves the requests of a web-standard host: a custom route, or else MCP, whatever the path. */
export class FetchHandler {
  readonly #source: ServerSource
  readonly #options: MountOptions
  readonly #gate: AuthGate | undefined
  readonly #sessions: MountedSessions
  readonly #origins: HostCheck
  readonly #maxBody: number
  #handler: Promise<Handler> | undefined

  constructor(source: ServerSource, options: MountOptions) {
    const { maxSessions = 10_000, sessionTimeout = 1800, allowedOrigins = [] } = options
    this.#maxBody = maxBodyOf(options)
    this.#source = source
    this.#options = options
    this.#gate = source.auth && new AuthGate(source.auth, (_, message) => writeError(`fastmcp: ${message}`))
    this.#sessions = new MountedSessions(source, {
      maxSessions,
      idleTimeout: sessionTimeout * 1000,
      maxBody: this.#maxBody,
    })
    this.#origins = new HostCheck({ host: '127.0.0.1', allowedHosts: ['*'], allowedOrigins })
  }

  async handle(received: Request, basePath = this.#options.basePath ?? ''): Promise<Response> {
    try {
      const request = inNormalForm(received)
      if (!request) return refusal(400, 'The request target is not a path of this server')
      const { pathname } = new WebUrl(request.url)
      const found = this.#routes().find(request.method, withoutBase(pathname, basePath))
      if ('route' in found) return await found.route.handler(request, { params: found.params })
      if (found.allow.length > 0)
        return new WebResponse(null, { status: 405, headers: { allow: found.allow.join(', ') } })
      if (this.#gate?.servesMetadataAt(pathname)) return answerToResponse(this.#gate.metadata(request))
      return await this.#mcp(request)
    } catch (error) {
      writeError(stackOf(error))
      return refusal(500, 'Internal error', errorCodes.internal)
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#sessions.close(), (await this.#handler)?.close()])
  }

  #routes(): RouteTable {
    return new RouteTable(guardRoutes(this.#source.routes, this.#gate))
  }

  async #mcp(request: Request): Promise<Response> {
    const origin = request.headers.get('origin')
    // The Host header tells nothing here: only the host knows by which names it is reached.
    if (origin !== null && !this.#origins.allowsOrigin(origin)) {
      return refusal(403, 'This origin is not allowed: name it in allowedOrigins of mcp.mount()')
    }
    const verdict = await this.#gate?.check(request)
    if (verdict?.kind === 'refused') return answerToResponse(verdict.answer)
    const caller = verdict?.auth
    return (await this.#legacy(request, caller)) ?? this.#sessionless(request, caller)
  }

  /** Requests that open a session or belong to one; everything else can be answered by itself. */
  async #legacy(request: Request, caller: AuthInfo | undefined): Promise<Response | undefined> {
    if (this.#options.stateless) return undefined
    const id = request.headers.get('mcp-session-id')
    if (id !== null) return this.#sessions.handle(id, request, caller)
    return (await isInitialize(request, this.#maxBody)) ? this.#sessions.open(request, caller) : undefined
  }

  async #sessionless(request: Request, caller: AuthInfo | undefined): Promise<Response> {
    this.#handler ??= mcpHandler(this.#source, 'stateless', () => undefined, this.#maxBody)
    return (await this.#handler).fetch(request, caller && { authInfo: caller })
  }
}

/** @throws TypeError for what is no size. */
function maxBodyOf({ maxBody }: MountOptions): number {
  if (maxBody === undefined) return bodyLimit
  try {
    return runOptions.maxBody.parse(String(maxBody)) ?? bodyLimit
  } catch (error) {
    throw new TypeError(`mount: maxBody ${messageOf(error)}`)
  }
}

async function isInitialize(request: Request, maxBody: number): Promise<boolean> {
  if (request.method !== 'POST') return false
  const { readRequestBody } = await ownSdk.server()
  const body = await readRequestBody(request.clone(), maxBody)
  if (body.tooLarge || !body.text.includes('"initialize"')) return false
  try {
    const message: unknown = JSON.parse(body.text)
    return isRecord(message) && message.method === 'initialize'
  } catch {
    return false
  }
}

/** The same request with the path that is routed, which hook and handler read too; nothing where there is none. */
function inNormalForm(request: Request): Request | undefined {
  const url = new WebUrl(request.url)
  const path = normalPath(url.pathname)
  if (path === undefined || path === url.pathname) return path === undefined ? undefined : request
  return new WebRequest(`${url.origin}${path}${url.search}`, request)
}

const refusal = (status: number, message: string, code: number = errorCodes.server) =>
  WebResponse.json(errorReply(null, code, message), { status })

function withoutBase(path: string, base: string): string {
  const trimmed = base.replace(/\/$/, '')
  return trimmed !== '' && (path === trimmed || path.startsWith(`${trimmed}/`))
    ? path.slice(trimmed.length) || '/'
    : path
}
