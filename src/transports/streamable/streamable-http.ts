import type { IncomingMessage } from 'node:http'
import {
  errorCodes,
  isRequest,
  type JsonRpcMessage,
  type JsonRpcRequest,
  usableId,
} from '../../protocol/jsonrpc.ts'
import { claimedVersion, isModernVersion, legacyVersions } from '../../protocol/protocol-versions.ts'
import type { LackingScopes } from '../../protocol/tool-scopes.ts'
import { readEventId } from '../../sessions/event-id.ts'
import type { Registry } from '../../sessions/registry.ts'
import type { Session } from '../../sessions/session.ts'
import { EventStream } from '../http/event-stream.ts'
import { type Exchange, refuse, refuseFull, refuseMethod, refuseStopping } from '../http/http-reply.ts'
import { readMessage } from '../http/message-body.ts'
import { refusesScopes } from '../http/scope-check.ts'
import { holderOf, type Peers } from '../peers/peers.ts'
import { requestInfo } from '../web/web-request.ts'
import { absentSession, refuseAlone } from './absent-session.ts'
import { PostReply, type PostReplyOptions } from './post-reply.ts'
import { lostMessage, StreamableOutlet } from './streamable-outlet.ts'

export interface StreamableOptions {
  registry: Registry
  /** Handles modern messages. */
  modern: (exchange: Exchange, message: JsonRpcMessage) => Promise<void>
  /** Handles legacy messages without sessions, with one server per message. */
  stateless?: ((exchange: Exchange, message: JsonRpcMessage) => Promise<void>) | undefined
  jsonResponse: boolean
  /** The scopes that a caller lacks for a tool, if tools require any. */
  lacking?: LackingScopes | undefined
  /** Maximum bytes of one message. */
  maxBody: number
  log: (message: string) => void
  /** The other processes of this server, if any. */
  peers?: Peers | undefined
}

/** The MCP endpoint of Streamable HTTP: POST for messages, GET for the session's stream, DELETE to end it. */
export class StreamableHttp {
  readonly #options: StreamableOptions
  readonly #outlets = new WeakMap<Session, StreamableOutlet>()

  constructor(options: StreamableOptions) {
    this.#options = options
  }

  handle(exchange: Exchange): void | Promise<void> {
    const { request, response } = exchange
    if (request.method === 'POST') return this.#post(exchange)
    const version = request.headers['mcp-protocol-version']
    if (this.#refusesVersion(exchange, version)) return
    const modern = typeof version === 'string' && isModernVersion(version)
    if (modern || this.#options.stateless) return refuseMethod(response, ['POST', 'OPTIONS'])
    if (request.method === 'GET') return this.#get(exchange)
    if (request.method === 'DELETE') return this.#delete(exchange)
    return refuseMethod(response, ['GET', 'POST', 'DELETE', 'OPTIONS'])
  }

  /**
   * Refuses an unknown protocol version; modern versions are checked by the modern handler, which names the supported
   * ones.
   */
  #refusesVersion({ response }: Exchange, version: unknown, message?: unknown): boolean {
    if (typeof version !== 'string' || isModernVersion(version)) return false
    if ((legacyVersions as readonly string[]).includes(version)) return false
    const reason = `Unsupported protocol version: ${printable(version)}`
    refuse(response, 400, reason, { id: usableId(message) })
    return true
  }

  async #post(exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    if (!accepts(request, this.#options.jsonResponse)) {
      return refuse(response, 406, 'Accept must name application/json and text/event-stream')
    }
    const message = await readMessage(request, response, this.#options.maxBody)
    if (message) exchange.seen?.(message)
    if (!message || refusesScopes(exchange, message, this.#options.lacking)) return
    if (this.#options.registry.draining && isRequest(message)) return refuseStopping(response, message.id)
    const version = request.headers['mcp-protocol-version']
    const modern =
      claimedVersion(message) !== undefined || (typeof version === 'string' && isModernVersion(version))
    if (modern) return this.#modern(exchange, message)
    if (this.#refusesVersion(exchange, version, message)) return
    if (this.#options.stateless) return this.#options.stateless(exchange, message)
    if (isRequest(message) && message.method === 'initialize') return this.#initialize(exchange, message)
    const waiting = this.#options.peers?.current()
    if (waiting !== undefined) await waiting
    const session = this.#held(exchange) ?? (await this.#absent(exchange, message))
    if (session) this.#deliver(exchange, session, message)
  }

  /** A retry is forwarded to the process that holds its suspended call. */
  #modern(exchange: Exchange, message: JsonRpcMessage): Promise<void> {
    const { peers, modern } = this.#options
    const address = peers?.addressOf(holderOf(message), exchange)
    return peers && address ? peers.forward(exchange, address, message) : modern(exchange, message)
  }

  async #initialize(exchange: Exchange, message: JsonRpcRequest): Promise<void> {
    const { request, response } = exchange
    const { registry } = this.#options
    const refusal = { code: errorCodes.invalidRequest, id: message.id }
    if (request.headers['mcp-session-id'] !== undefined) {
      return refuse(response, 400, 'This session is already initialized', refusal)
    }
    if (this.#options.peers?.cutOff()) return refuseAlone(response, message.id)
    const full = registry.makeRoom(exchange.auth)
    if (full) return refuseFull(response, full, message.id)
    const outlet = (session: Session) => this.#outletOf(session)
    const begin = (session: Session) => {
      exchange.seen?.(message, session.sessionId)
      this.#deliver(exchange, session, message, sessionHeader(session))
    }
    await registry.create(outlet, begin, { authInfo: exchange.auth })
  }

  #deliver(
    { request, response, auth }: Exchange,
    session: Session,
    message: JsonRpcMessage,
    headers?: Record<string, string>,
  ): void {
    if (!isRequest(message)) {
      session.receive(message, requestInfo({ request, auth }))
      const accept = () => void response.writeHead(202).end()
      const passing = session.persisted?.passing
      return passing === undefined ? accept() : void passing.then(accept, accept)
    }
    if (session.pending.has(message.id)) {
      const refusal = { code: errorCodes.invalidRequest, id: message.id }
      return refuse(response, 400, 'A request with this id is still being answered', refusal)
    }
    const outlet = this.#outletOf(session)
    const reply = new PostReply(response, message.id, this.#replyOptions(session, outlet, headers))
    outlet.replies.set(message.id, reply)
    const closers = {
      closeSSEStream: () => reply.pause(),
      closeStandaloneSSEStream: () => outlet.endStreams(),
    }
    session.receive(message, requestInfo({ request, auth }, session.resumable ? closers : undefined))
  }

  async #get(exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    if (!request.headers.accept?.includes('text/event-stream')) {
      return refuse(response, 406, 'Accept must name text/event-stream')
    }
    const lastEventId = request.headers['last-event-id']
    const { peers } = this.#options
    const sender = typeof lastEventId === 'string' ? readEventId(lastEventId)?.from : undefined
    const address = peers?.addressOf(sender, exchange)
    if (peers && address) return peers.forward(exchange, address)
    const session = this.#held(exchange) ?? (await this.#absent(exchange))
    if (!session) return
    if (this.#options.registry.draining && session.pending.size === 0) return refuseStopping(response)
    const outlet = this.#outletOf(session)
    const live = () => new EventStream(response, sessionHeader(session), this.#dropped(session))
    if (typeof lastEventId !== 'string' || lastEventId === '') return outlet.listen(live())
    const outcome = outlet.resume(lastEventId, live)
    if (outcome === 'unknown') refuse(response, 400, 'Last-Event-ID does not belong to this session')
    if (outcome === 'lost') refuse(response, 410, lostMessage)
    // 204 tells EventSource not to reconnect (HTML, Server-sent events).
    if (outcome === 'ended') response.writeHead(204, sessionHeader(session)).end()
  }

  /** All replies of a session share their options, except for the first, which carries its id. */
  #replyOptions(
    session: Session,
    outlet: StreamableOutlet,
    headers: Record<string, string> | undefined,
  ): PostReplyOptions {
    if (outlet.replyOptions && !headers) return outlet.replyOptions
    const options: PostReplyOptions = {
      json: this.#options.jsonResponse,
      headers: headers ?? {},
      dropped: this.#dropped(session),
      open: (live, request) => outlet.open(live, request),
    }
    if (!headers) outlet.replyOptions = options
    return options
  }

  #dropped(session: Session): (reason: string) => void {
    return (reason) =>
      this.#options.log(`dropped a stream of ${session.client?.name ?? 'a client'}: ${reason}`)
  }

  #outletOf(session: Session): StreamableOutlet {
    let outlet = this.#outlets.get(session)
    if (!outlet) {
      outlet = new StreamableOutlet(session)
      this.#outlets.set(session, outlet)
    }
    return outlet
  }

  async #delete(exchange: Exchange): Promise<void> {
    const session = this.#held(exchange) ?? (await this.#absent(exchange))
    if (!session) return
    await this.#options.registry.end(session)
    exchange.response.writeHead(204).end()
  }

  /** The session of a request, if this process holds it. */
  #held({ request, auth }: Exchange): Session | undefined {
    const id = request.headers['mcp-session-id']
    return typeof id === 'string' ? this.#options.registry.get(id, auth) : undefined
  }

  /** Restores a session that this process does not hold; if it returns undefined, the request has been answered. */
  #absent(exchange: Exchange, message?: JsonRpcMessage): Promise<Session | undefined> {
    const { registry, log, peers } = this.#options
    const outlet = (session: Session) => this.#outletOf(session)
    return absentSession(exchange, message, { registry, outlet, log, peers })
  }

  /** The outlet of a session, for messages from other processes. */
  readonly outletOf = (session: Session): StreamableOutlet => this.#outletOf(session)
}

function accepts(request: IncomingMessage, jsonOnly: boolean): boolean {
  const accept = request.headers.accept ?? ''
  if (accept.includes('*/*')) return true
  return accept.includes('application/json') && (jsonOnly || accept.includes('text/event-stream'))
}

const sessionHeader = (session: Session) => ({ 'mcp-session-id': session.sessionId ?? '' })

/** Sanitises client input for our messages: visible characters only, limited length. */
const printable = (text: string) => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 32)
