import type { IncomingMessage } from 'node:http'
import { errorCodes, isRequest, type JsonRpcMessage, type JsonRpcRequest, usableId } from '../jsonrpc.ts'
import { claimedVersion, isModernVersion, legacyVersions } from '../protocol-versions.ts'
import type { Registry } from '../sessions/registry.ts'
import type { Session } from '../sessions/session.ts'
import { EventStream } from './event-stream.ts'
import { type Exchange, refuse, refuseMethod, refuseStopping } from './http-reply.ts'
import { PostReply } from './post-reply.ts'
import { readMessage } from './read-message.ts'
import { requestInfo } from './request-info.ts'
import { StreamableOutlet } from './streamable-outlet.ts'

export interface StreamableOptions {
  registry: Registry
  /** Serves messages of the modern era. */
  modern: (exchange: Exchange, message: JsonRpcMessage) => Promise<void>
  /** Serves legacy messages without sessions, one server for each; replaces the sessions. */
  stateless?: ((exchange: Exchange, message: JsonRpcMessage) => Promise<void>) | undefined
  jsonResponse: boolean
  log: (message: string) => void
}

/** The MCP endpoint of Streamable HTTP: POST for messages, GET for the session's stream, DELETE to end it. */
export class StreamableHttp {
  readonly #options: StreamableOptions
  readonly #outlets = new WeakMap<Session, StreamableOutlet>()

  constructor(options: StreamableOptions) {
    this.#options = options
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    const version = request.headers['mcp-protocol-version']
    if (typeof version === 'string' && !this.#speaks(version)) {
      return refuse(response, 400, `Unsupported protocol version: ${printable(version)}`)
    }
    if (request.method === 'POST') return this.#post(exchange)
    const modern = typeof version === 'string' && isModernVersion(version)
    if (modern || this.#options.stateless) return refuseMethod(response, ['POST', 'OPTIONS'])
    if (request.method === 'GET') return this.#get(exchange)
    if (request.method === 'DELETE') return this.#delete(exchange)
    return refuseMethod(response, ['GET', 'POST', 'DELETE', 'OPTIONS'])
  }

  #speaks(version: string): boolean {
    // A modern version is refused by the modern side itself, which names what it supports.
    return isModernVersion(version) || (legacyVersions as readonly string[]).includes(version)
  }

  async #post(exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    if (!accepts(request, this.#options.jsonResponse)) {
      return refuse(response, 406, 'Accept must name application/json and text/event-stream')
    }
    const message = await readMessage(request, response)
    if (!message) return
    if (this.#options.registry.draining && isRequest(message)) return refuseStopping(response, message.id)
    const version = request.headers['mcp-protocol-version']
    const modern =
      claimedVersion(message) !== undefined || (typeof version === 'string' && isModernVersion(version))
    if (modern) return this.#options.modern(exchange, message)
    if (this.#options.stateless) return this.#options.stateless(exchange, message)
    if (isRequest(message) && message.method === 'initialize') return this.#initialize(exchange, message)
    const session = this.#sessionOf(exchange, message)
    if (session) this.#deliver(exchange, session, message)
  }

  async #initialize(exchange: Exchange, message: JsonRpcRequest): Promise<void> {
    const { request, response } = exchange
    const { registry } = this.#options
    const refusal = { code: errorCodes.invalidRequest, id: message.id }
    if (request.headers['mcp-session-id'] !== undefined) {
      return refuse(response, 400, 'This session is already initialized', refusal)
    }
    if (registry.full) {
      return refuse(response, 503, 'Too many sessions', { id: message.id, headers: { 'retry-after': '30' } })
    }
    const outletOf = (opened: Session) => {
      const outlet = new StreamableOutlet(opened)
      this.#outlets.set(opened, outlet)
      return outlet
    }
    const session = await registry.create(outletOf, { authInfo: exchange.auth })
    this.#deliver(exchange, session, message, sessionHeader(session))
  }

  #deliver(
    { request, response, auth }: Exchange,
    session: Session,
    message: JsonRpcMessage,
    headers: Record<string, string> = {},
  ): void {
    if (!isRequest(message)) {
      session.receive(message, requestInfo({ request, auth }))
      response.writeHead(202).end()
      return
    }
    if (session.pending.has(message.id)) {
      const refusal = { code: errorCodes.invalidRequest, id: message.id }
      return refuse(response, 400, 'A request with this id is still being answered', refusal)
    }
    const { jsonResponse: json, log } = this.#options
    const reply = new PostReply(response, {
      json,
      headers,
      dropped: (reason) => log(dropped(session, reason)),
    })
    this.#outlets.get(session)?.replies.set(message.id, reply)
    session.receive(message, requestInfo({ request, auth }))
  }

  #get(exchange: Exchange): void {
    const { request, response } = exchange
    if (!request.headers.accept?.includes('text/event-stream')) {
      return refuse(response, 406, 'Accept must name text/event-stream')
    }
    const session = this.#sessionOf(exchange)
    const outlet = session && this.#outlets.get(session)
    if (!session || !outlet) return
    if (this.#options.registry.draining && session.pending.size === 0) return refuseStopping(response)
    const stream = new EventStream(response, sessionHeader(session), (reason) =>
      this.#options.log(dropped(session, reason)),
    )
    outlet.attach(stream)
    response.once('close', () => outlet.detach(stream))
  }

  async #delete(exchange: Exchange): Promise<void> {
    const session = this.#sessionOf(exchange)
    if (!session) return
    await session.close()
    exchange.response.writeHead(204).end()
  }

  #sessionOf({ request, response, auth }: Exchange, message?: unknown): Session | undefined {
    const id = request.headers['mcp-session-id']
    const refusal = { id: usableId(message) }
    if (typeof id !== 'string' || id === '') {
      refuse(response, 400, 'Mcp-Session-Id header is required', refusal)
      return undefined
    }
    const session = this.#options.registry.get(id, auth)
    if (!session) refuse(response, 404, 'Session not found', { ...refusal, code: -32001 })
    return session
  }
}

function accepts(request: IncomingMessage, jsonOnly: boolean): boolean {
  const accept = request.headers.accept ?? ''
  if (accept.includes('*/*')) return true
  return accept.includes('application/json') && (jsonOnly || accept.includes('text/event-stream'))
}

const sessionHeader = (session: Session) => ({ 'mcp-session-id': session.sessionId ?? '' })

const dropped = (session: Session, reason: string) =>
  `dropped a stream of ${session.client?.name ?? 'a client'}: ${reason}`

/** Client input on its way into a message of ours: short, and visible characters only. */
const printable = (text: string) => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 32)
