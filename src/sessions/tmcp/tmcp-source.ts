import { type Channel, type MessageExtra, onClientClose } from '../../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isRecord,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type RequestId,
  wordOf,
} from '../../protocol/jsonrpc.ts'
import { isEnvelopeKey, legacyVersions } from '../../protocol/protocol-versions.ts'
import type { OpenServer, ServerSource } from '../../protocol/source.ts'
import { messageOf } from '../../terminal/errors.ts'
import { SessionLevel } from '../derived/log-levels.ts'
import { nobody, type TmcpReceiver, type TmcpRouter, tmcpRouter } from './tmcp-router.ts'
import type { TmcpClient, TmcpContext, TmcpServer } from './tmcp-shape.ts'

/**
 * A source that serves every session from one tmcp server. Modern clients are bridged, as for servers of SDK v1, so
 * that handlers can send them requests without running twice.
 * @param custom the custom context that user code gave its transport, for every handler.
 */
export async function tmcpSource(server: TmcpServer, custom?: unknown): Promise<ServerSource> {
  const { name, version } = await aboutTmcp(server)
  const { listeners } = tmcpRouter(server)
  return {
    name: name ?? 'server',
    version,
    counts: new Map(),
    sdk: 'v1',
    sdkCopy: undefined,
    routes: [],
    open: ({ longLived }) => Promise.resolve(openTmcp(server, longLived, custom)),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => Promise.resolve(),
  }
}

/** Opens a conversation with a server. */
export const openTmcp = (server: TmcpServer, longLived: boolean, custom?: unknown): OpenServer =>
  new TmcpSession(tmcpRouter(server), longLived, custom)

/** The name and version of a server, which it tells only in its initialize result. */
export async function aboutTmcp(server: TmcpServer): Promise<{ name?: string; version?: string }> {
  const params = {
    protocolVersion: legacyVersions[0],
    capabilities: {},
    clientInfo: { name: 'fastmcp', version: '0.0.0' },
  }
  const answer = await server.receive({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, nobody())
  const result = isRecord(answer) ? answer.result : undefined
  const info = isRecord(result) ? result.serverInfo : undefined
  if (!isRecord(info)) return {}
  return {
    ...(typeof info.name === 'string' && { name: info.name }),
    ...(typeof info.version === 'string' && { version: info.version }),
  }
}

/** One client's conversation with a tmcp server, which receives the session's context with every message. */
class TmcpSession implements OpenServer, TmcpReceiver {
  readonly sdkServer = this
  readonly subscriptions = new Set<string>()
  readonly level = new SessionLevel()
  introduced = false
  readonly #router: TmcpRouter
  readonly #longLived: boolean
  readonly #custom: unknown
  readonly #calls = new Map<RequestId, AbortController>()
  readonly #asked = new Set<RequestId>()
  #client: TmcpClient = {}
  #channel: Channel | undefined

  /**
   * @param longLived whether it receives change notifications.
   * @param custom the custom context that user code gave its transport, for every handler.
   */
  constructor(router: TmcpRouter, longLived: boolean, custom: unknown) {
    this.#router = router
    this.#longLived = longLived
    this.#custom = custom
  }

  get sessionId(): string | undefined {
    return this.#channel?.sessionId
  }

  connect(channel: Channel): Promise<void> {
    this.#channel = channel
    channel.onmessage = (message, extra) => void this.#receive(message, extra)
    onClientClose(channel, () => this.close())
    if (this.#longLived) this.#router.sessions.add(this)
    return Promise.resolve()
  }

  /** Aborts its calls, and fails their pending requests to the client. */
  async close(): Promise<void> {
    this.#router.sessions.delete(this)
    this.#channel = undefined
    for (const call of this.#calls.values()) call.abort()
    const asked = [...this.#asked]
    this.#asked.clear()
    for (const id of asked) {
      const answer = errorReply(id, errorCodes.server, 'The client has closed the connection')
      await this.#hand(answer, undefined).catch(() => undefined)
    }
  }

  async send(message: JsonRpcMessage, requestId?: RequestId): Promise<void> {
    if (isRequest(message)) this.#asked.add(message.id)
    await this.#channel?.send(message, requestId === undefined ? {} : { relatedRequestId: requestId })
  }

  async #receive(message: JsonRpcMessage, extra: MessageExtra | undefined): Promise<void> {
    if (isResponse(message)) {
      // The server numbers its requests across all clients, so one client could answer for another.
      if (message.id !== null && this.#asked.delete(message.id))
        await this.#hand(message, extra).catch(ignore)
    } else if (isRequest(message)) await this.#call(message, extra)
    else {
      const { method, params } = message
      if (method === 'notifications/initialized') this.introduced = true
      if (method === 'notifications/cancelled') this.#calls.get(params?.requestId as RequestId)?.abort()
      await this.#hand(message, extra).catch(ignore)
    }
  }

  async #call(request: JsonRpcRequest, extra: MessageExtra | undefined): Promise<void> {
    const call = new AbortController()
    this.#calls.set(request.id, call)
    if (request.method === 'initialize') {
      const { capabilities, clientInfo } = request.params ?? {}
      this.#client = { clientCapabilities: capabilities, clientInfo }
    }
    const answer = await this.#hand(request, extra, call.signal).catch((error: unknown) =>
      errorReply(request.id, errorCodes.internal, messageOf(error)),
    )
    if (this.#calls.get(request.id) === call) this.#calls.delete(request.id)
    if (!isRecord(answer)) return
    if ('result' in answer) this.#note(request)
    await this.send(answer as unknown as JsonRpcResponse)
  }

  async #hand(message: JsonRpcMessage, extra: MessageExtra | undefined, signal = noSignal): Promise<unknown> {
    const { sessionId } = this
    const context: TmcpContext = {
      ...(sessionId !== undefined && { sessionId }),
      sessionInfo: this.#client,
      auth: extra?.authInfo,
      signal,
      custom: this.#custom,
    }
    const requestId = isRequest(message) ? message.id : undefined
    return this.#router.handle({ session: this, requestId }, withoutEnvelope(message), context)
  }

  /** Records what the server has confirmed, which it expects its transport to remember. */
  #note({ method, params }: JsonRpcRequest): void {
    const uri = wordOf(params?.uri)
    if (method === 'resources/subscribe') this.subscriptions.add(uri)
    else if (method === 'resources/unsubscribe') this.subscriptions.delete(uri)
    else if (method === 'logging/setLevel' && typeof params?.level === 'string') {
      this.level.set(undefined, params.level)
      this.#client = { ...this.#client, logLevel: params.level }
    }
  }
}

/**
 * The server treats a message with any modern `_meta` key as one without a session. Legacy clients may send such keys
 * too, and bridged messages carry them, so they are removed.
 */
function withoutEnvelope(message: JsonRpcMessage): JsonRpcMessage {
  const meta = 'method' in message ? message.params?._meta : undefined
  if (!('method' in message) || !isRecord(meta) || !Object.keys(meta).some(isEnvelopeKey)) return message
  const own = Object.entries(meta).filter(([key]) => !isEnvelopeKey(key))
  return { ...message, params: { ...message.params, _meta: Object.fromEntries(own) } }
}

const noSignal = new AbortController().signal

/** The server's output for a message that expects no response is dropped. */
const ignore = () => undefined
