import { setImmediate as nextTurn } from 'node:timers/promises'
import { whileAborting } from '../process/aborting.ts'
import { now } from '../process/clock.ts'
import type { Channel, MessageExtra, SendOptions } from '../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isRecord,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type RequestId,
  soundAnswer,
  wordOf,
} from '../protocol/jsonrpc.ts'
import type { OpenServer } from '../protocol/source.ts'
import { Calls, type InFlight } from './calls.ts'
import { EventLog } from './event-log.ts'
import type { Occupant } from './eviction.ts'
import { handOver } from './hand-over.ts'
import { refuse, tooLong } from './message-bounds.ts'
import type { Outlet } from './outlet.ts'
import type { PersistedSession } from './persistence/persisted-session.ts'
import { askedWithin } from './request-context.ts'
import { SessionQuota } from './session-quota.ts'
import { StoredState } from './stored-state.ts'

export interface ClientInfo {
  name: string
  version: string
}

/**
 * One client's conversation, owned by the runner: who the client is, its pending requests, and the channel that the
 * user's server is connected to. The server behind it can be replaced; the session stays.
 */
export class Session implements Channel, Occupant {
  onmessage: Channel['onmessage'] = undefined
  onclose: Channel['onclose'] = undefined
  onerror: Channel['onerror'] = undefined
  /** Undefined on stdio and in stateless mode. */
  readonly sessionId: string | undefined
  client: ClientInfo | undefined
  /** The negotiated version, or the requested one until the server has answered. */
  protocolVersion: string | undefined
  /** The caller that it belongs to, if callers are authenticated: no other may use it. */
  readonly subject: string | undefined
  /** Events of streams that a client may resume; empty on other transports. */
  readonly events: EventLog
  /** On the clock of `now()`. */
  lastSeen = now()
  /** Open streams to the client; a session with a stream is in use. */
  streams = 0
  used = false
  /** Whether it is still being opened. */
  opening = false
  /** Requests in flight. */
  readonly pending: Calls
  /** The session state of user code, as JSON text by key. */
  readonly state: StoredState
  /** Its persistent side, if it outlives the process. */
  readonly persisted: PersistedSession | undefined
  readonly #asked = new Set<RequestId>()
  readonly #quota: SessionQuota | undefined
  readonly #outlet: Outlet
  #server: OpenServer | undefined
  #opening: RequestId | undefined
  #closed = false

  /**
   * @param outlet creates the transport's side, which may need to know the session that it serves.
   * @param subject the caller that it belongs to, if callers are authenticated.
   * @param persisted its persistent side, if it outlives the process.
   */
  constructor(
    sessionId: string | undefined,
    inFlight: InFlight,
    outlet: (session: Session) => Outlet,
    subject?: string,
    persisted?: PersistedSession,
  ) {
    this.sessionId = sessionId
    this.subject = subject
    this.persisted = persisted
    this.events = new EventLog(undefined, persisted?.processName)
    persisted?.connect((message) => this.#hear(message))
    this.pending = new Calls(inFlight)
    this.#outlet = outlet(this)
    // Without an id it is the only session of the process, or lasts for one request.
    this.#quota = sessionId === undefined ? undefined : new SessionQuota(() => this.#leave())
    this.state = new StoredState(this.#quota?.fits, persisted?.noteState)
    if (subject === undefined) return
    this.events.owner = subject
    if (this.#quota) this.#quota.owner = subject
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Whether the client supports streams that the server closes for it to resume (since 2025-11-25). */
  get resumable(): boolean {
    return this.protocolVersion !== undefined && this.protocolVersion >= '2025-11-25'
  }

  get busySince(): number | undefined {
    return this.opening ? this.lastSeen : this.pending.since
  }

  async open(server: OpenServer): Promise<void> {
    this.#server = server
    await server.connect(this)
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  /** Passes a message of the client to the server. */
  receive(message: JsonRpcMessage, extra?: MessageExtra): void {
    this.lastSeen = now()
    if (!this.persisted?.takes(message)) this.#hear(message, extra)
  }

  #hear(message: JsonRpcMessage, extra?: MessageExtra): void {
    if (isResponse(message)) this.#asked.delete(message.id ?? '')
    if (isRequest(message)) {
      if (this.pending.has(message.id)) return this.#hold(message, extra)
      const refusal = this.#begin(message)
      if (refusal) return void this.send(refusal)
    }
    const reason = tooLong(message)
    if (reason !== undefined) return refuse(this, message, reason)
    handOver(this, message, extra)
    if ('method' in message && message.method === 'notifications/cancelled') {
      this.#cancelled(message.params?.requestId)
    }
  }

  /** @returns the immediate response, if the server should not see the request. */
  #begin(request: JsonRpcRequest): JsonRpcResponse | undefined {
    const refusal = this.#quota?.refusal(request, this.pending.size)
    this.pending.begin(request)
    if (refusal) return refusal
    if (request.method === 'initialize') this.#remember(request)
    else this.used = true
    return undefined
  }

  async send(message: JsonRpcMessage, options?: SendOptions): Promise<void> {
    if (this.#closed) return
    const response = isResponse(message)
    const related = response
      ? (message.id ?? undefined)
      : (options?.relatedRequestId ?? this.#within(message))
    // A request that was cancelled, or never sent, must not be answered.
    if (response && related !== undefined && !this.settle(related)) return
    if (isRequest(message)) this.#asked.add(message.id)
    else if (!response) this.#withdraw(message)
    else if (related !== undefined) this.#quota?.answered(related, 'error' in message)
    const sent = response ? soundAnswer(message) : message
    if (related === this.#opening && 'result' in sent) this.#agree(sent.result)
    const outgoing = this.persisted ? this.persisted.toClient(sent) : sent
    if (this.persisted) await this.persisted.writing
    if (outgoing) await this.#outlet.send(outgoing, related)
    // If a client reads a notification and the response in one chunk, it forgets the call before it handles the
    // notification.
    if (!response) await nextTurn()
  }

  /** The client will not answer any more: fails the server's pending requests, so that calls can end. */
  hangUp(): void {
    for (const id of this.#asked) {
      this.onmessage?.(errorReply(id, errorCodes.server, 'The client has closed the connection'))
    }
    this.#asked.clear()
  }

  /** Removes a request from those in flight; `false` if it was not among them. */
  settle(id: RequestId): boolean {
    this.lastSeen = now()
    return this.pending.settle(id)
  }

  /** Queues a request whose id is in use, or it would receive the first one's response. */
  #hold(message: JsonRpcRequest, extra?: MessageExtra): void {
    if (this.pending.hold(message.id, () => this.receive(message, extra))) return
    void this.#outlet.send(errorReply(message.id, errorCodes.invalidRequest, heldWords), undefined)
  }

  endStreams(): void {
    this.#outlet.endStreams()
  }

  /** Answers all pending requests with an error, so that no caller waits for ever. */
  async fail(reason: string): Promise<void> {
    for (const id of this.pending.ids()) await this.send(errorReply(id, errorCodes.internal, reason))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.pending.clear()
    this.#outlet.end()
    this.events.clear()
    this.#quota?.release()
    whileAborting(() => this.onclose?.())
    await this.#server?.close()
  }

  /** Ends it because the budget is exhausted, unless it is busy. */
  #leave(): boolean {
    if (this.busySince !== undefined || this.#closed) return false
    void this.close().catch(() => undefined)
    return true
  }

  /** The call that a server's request belongs to if it does not say so itself, unless that call is finished. */
  #within(message: JsonRpcMessage): RequestId | undefined {
    const call = askedWithin(this, message)
    return call !== undefined && this.pending.has(call) ? call : undefined
  }

  /** The server no longer waits for the client's response. */
  #withdraw({ method, params }: JsonRpcNotification): void {
    if (method === 'notifications/cancelled') this.#asked.delete(params?.requestId as RequestId)
  }

  #remember({ id, params }: JsonRpcRequest): void {
    this.#opening = id
    this.#agree(params)
    const info = params?.clientInfo
    if (isRecord(info)) this.client = { name: wordOf(info.name), version: wordOf(info.version) }
  }

  #agree(terms: Record<string, unknown> | undefined): void {
    if (typeof terms?.protocolVersion === 'string') this.protocolVersion = terms.protocolVersion
  }

  /** The SDKs do not answer a cancelled request at all, so its exchange ends here. */
  #cancelled(id: unknown): void {
    if ((typeof id === 'string' || typeof id === 'number') && this.settle(id)) this.#outlet.abandon(id)
  }
}

const heldWords = 'too many requests of this session have the same id: wait for their answers'
