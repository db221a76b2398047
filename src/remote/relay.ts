import { type Channel, onClientClose } from '../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isNotification,
  isRecord,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
  type RequestId,
  unsendable,
} from '../protocol/jsonrpc.ts'
import type { OpenServer } from '../protocol/source.ts'
import { ConversationMemory } from '../sessions/conversation-memory.ts'
import { introduce } from '../sessions/introduce.ts'
import { OwnRequests } from '../sessions/own-requests.ts'
import { type Asker, ServerAsks } from '../sessions/server-asks.ts'
import { codeOf } from '../terminal/errors.ts'
import { reachSentence, Unreached } from './reach-fault.ts'
import { type Destination, NotTaken, type Upstream } from './upstream.ts'

/** Milliseconds for each replayed request on a new connection. */
const replayLimit = 30_000

type Log = (level: 'debug' | 'warning' | 'error', message: string) => void

/**
 * Relays one conversation to a server behind the gateway. The client's request ids stay the same; the server's are
 * renumbered, since the next connection may count from zero again. If the connection is lost, the next message opens
 * another, to which the client's state is replayed.
 */
export class Relay implements OpenServer {
  readonly sdkServer = this
  readonly #destination: Destination
  readonly #log: Log
  readonly #subject: string | undefined
  readonly #memory = new ConversationMemory()
  readonly #pending = new Map<RequestId, JsonRpcRequest>()
  readonly #asks = new ServerAsks()
  readonly #own = new OwnRequests()
  #channel: Channel | undefined
  #upstream: Promise<Upstream> | undefined
  #closed = false

  /** @param subject the caller, if authenticated. */
  constructor(destination: Destination, log: Log, subject?: string) {
    this.#destination = destination
    this.#log = log
    this.#subject = subject
  }

  connect(channel: Channel): Promise<void> {
    this.#channel = channel
    channel.onmessage = (message) => void this.#fromClient(message)
    onClientClose(channel, () => this.close())
    return Promise.resolve()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const upstream = await this.#upstream?.catch(() => undefined)
    await upstream?.close().catch(() => undefined)
  }

  async #fromClient(message: JsonRpcMessage): Promise<void> {
    this.#memory.noteFromClient(message)
    if (isResponse(message)) return void this.#asks.answer(message)
    if (isNotification(message) && this.#asks.progress(message)) return
    if (isRequest(message)) this.#pending.set(message.id, message)
    // Servers do not answer a cancelled request, so it must not stay pending.
    else if (message.method === 'notifications/cancelled') {
      this.#pending.delete(message.params?.requestId as RequestId)
    }
    try {
      await this.#deliver(message)
    } catch (error) {
      this.#fail(message, error)
    }
  }

  #fail(message: JsonRpcMessage, error: unknown): void {
    const { label, unauthorized, way } = this.#destination
    const tooDeep = isTooDeep(error)
    const reason = tooDeep
      ? `The message is nested too deeply to be sent on to ${label}`
      : reachSentence(label, error, unauthorized, way)
    this.#log('warning', reason)
    if (!isRequest(message)) return
    const { id } = message
    void this.#answer(tooDeep ? errorReply(id, errorCodes.server, reason) : new Unreached(id, reason))
  }

  /** Sends a message, on a new connection if the current one is lost together with the message. */
  async #deliver(message: JsonRpcMessage): Promise<void> {
    const before = this.#upstream
    try {
      await (await this.#connected(message)).send(message)
    } catch (error) {
      if (this.#closed || !wasNotTaken(error)) throw error
      if (this.#upstream === before) this.#drop()
      await (await this.#connected(message)).send(message)
    }
  }

  #drop(): void {
    const lost = this.#upstream
    this.#upstream = undefined
    void lost?.then((upstream) => upstream.close()).catch(() => undefined)
  }

  #connected(message: JsonRpcMessage): Promise<Upstream> {
    this.#upstream ??= this.#open(isRequest(message) && message.method === 'initialize')
    this.#upstream.catch(() => {
      this.#upstream = undefined
    })
    return this.#upstream
  }

  async #open(introducing: boolean): Promise<Upstream> {
    const upstream = await this.#destination.connect(this.#subject)
    const asker: Asker = { send: (message) => void this.#reply(upstream, message).catch(() => undefined) }
    upstream.onmessage = (message) => this.#fromServer(message, upstream, asker)
    upstream.onerror = (error) => this.#log('debug', `${this.#destination.label}: ${error.message}`)
    upstream.onclose = () => void this.#lost(upstream, asker)
    await upstream.start()
    if (!introducing) await this.#replay(upstream)
    return upstream
  }

  /** Sends a client's response. If that is impossible, the server gets an error, since it would wait for ever. */
  async #reply(upstream: Upstream, message: JsonRpcMessage): Promise<void> {
    try {
      await upstream.send(message)
    } catch (error) {
      if (isResponse(message)) await upstream.send(unsendable(message, error))
    }
  }

  /** Replays the client's state to a new connection, and notifies the client of possible changes. */
  async #replay(upstream: Upstream): Promise<void> {
    let capabilities: unknown
    const send = (message: JsonRpcMessage) => upstream.send(message)
    const ask = async (method: string, params: Params) => {
      const response = await this.#own.ask(send, method, params, replayLimit)
      if (!response) throw new Error(`no answer in ${replayLimit / 1000} s`)
      if (method !== 'initialize') return
      if ('error' in response) throw new Error(response.error.message)
      agree(upstream, response.result)
      capabilities = response.result.capabilities
    }
    await introduce(this.#memory, ask, async (message) => {
      await send(message)
      this.#tellOfChanges(capabilities)
    })
  }

  #tellOfChanges(capabilities: unknown): void {
    for (const kind of ['tools', 'prompts', 'resources']) {
      const one = isRecord(capabilities) ? capabilities[kind] : undefined
      if (!isRecord(one) || one.listChanged !== true) continue
      void this.#channel?.send({ jsonrpc: '2.0', method: `notifications/${kind}/list_changed` })
    }
  }

  #fromServer(message: JsonRpcMessage, upstream: Upstream, asker: Asker): void | Promise<void> {
    if (!isResponse(message)) {
      const own = this.#asks.toClient(asker, message)
      return own && this.#channel?.send(own, this.#relation(message))
    }
    if (message.id === null) return this.#hearFault(message, upstream)
    if (!this.#own.take(message)) return this.#answer(message, upstream)
  }

  /** A parse error has no id; if only one request is pending, it is for that one. */
  #hearFault(message: JsonRpcResponse, upstream: Upstream): void | Promise<void> {
    const [only, ...others] = this.#pending.keys()
    if (only !== undefined && others.length === 0) return this.#answer({ ...message, id: only }, upstream)
    const reason = 'error' in message ? message.error.message : 'a response without a request'
    this.#log('warning', `${this.#destination.label}: ${reason}`)
  }

  #answer(message: JsonRpcResponse, upstream?: Upstream): void | Promise<void> {
    const request = message.id === null ? undefined : this.#pending.get(message.id)
    if (!request) return
    this.#pending.delete(request.id)
    this.#memory.noteAnswer(request, message)
    if (upstream && request.method === 'initialize' && 'result' in message) agree(upstream, message.result)
    return this.#channel?.send(message)
  }

  /** The request that a server's message belongs to: by its progress token, or the only pending one. */
  #relation(message: JsonRpcMessage): { relatedRequestId?: RequestId } {
    if (!('method' in message) || message.method.endsWith('/list_changed')) return {}
    const token = message.params?.progressToken
    const all = [...this.#pending.values()]
    const own = token === undefined ? undefined : all.find(({ params }) => tokenOf(params) === token)
    const [only] = all
    const related = own ?? (all.length === 1 ? only : undefined)
    return related ? { relatedRequestId: related.id } : {}
  }

  /** Fails all pending requests. */
  async #lost(upstream: Upstream, asker: Asker): Promise<void> {
    if (this.#closed) return
    // Another connection may use the same ids, and must not get this one's responses.
    for (const message of this.#asks.withdraw(asker)) {
      void this.#channel?.send(message, this.#relation(message))
    }
    if ((await this.#upstream?.catch(() => undefined)) !== upstream) return
    this.#upstream = undefined
    const reason = `${this.#destination.label} ${upstream.end ?? 'has ended the connection'}`
    this.#log('warning', reason)
    for (const { id } of [...this.#pending.values()]) void this.#answer(new Unreached(id, reason))
  }
}

function agree(upstream: Upstream, result: Record<string, unknown>): void {
  if (typeof result.protocolVersion === 'string') upstream.setProtocolVersion?.(result.protocolVersion)
}

const tokenOf = (params: Record<string, unknown> | undefined) =>
  isRecord(params?._meta) ? params._meta.progressToken : undefined

/** The official client serialises JSON recursively, which may overflow the stack. */
const isTooDeep = (error: unknown) => error instanceof RangeError

/** Error codes of a closed stdin, and of a missing connection in the official client. */
const unsentCodes = new Set<string | undefined>(['EPIPE', 'NOT_CONNECTED'])

/** Whether a message was certainly not processed: connection refused, or unknown session. */
function wasNotTaken(error: unknown): boolean {
  if (error instanceof NotTaken || unsentCodes.has(codeOf(error))) return true
  if (!(error instanceof Error)) return false
  const { cause, code, data } = error as { cause?: unknown; code?: unknown; data?: unknown }
  const status = isRecord(data) ? data.status : undefined
  if (code === 404 || status === 404) return true
  // A request whose connection broke may have been processed.
  return isRecord(cause) && cause.code === 'ECONNREFUSED'
}
