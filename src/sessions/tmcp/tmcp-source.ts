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
 * A source that serves every session from one server of the package tmcp. Clients of the modern era are bridged, as
 * they are to servers of SDK v1, so that handlers may ask them things without being run again.
 * @param custom what user code has given its transport for every handler.
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

/** A conversation with a server. */
export const openTmcp = (server: TmcpServer, longLived: boolean, custom?: unknown): OpenServer =>
  new TmcpSession(tmcpRouter(server), longLived, custom)

/** How a server is called, which it tells only those who introduce themselves. */
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

/** One client's conversation with a server of the package tmcp, which is told with every message whose it is. */
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
   * @param longLived whether it hears of changes.
   * @param custom what user code has given its transport for every handler.
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

  /** Aborts its calls, and fails what they have asked the client. */
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
      // The server counts what it asks of all clients together, so one could answer for another.
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

  /** What the server has agreed to, it expects its transport to remember. */
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
 * The server takes a message with any of the modern era's own keys for one without a session. Clients may send them in
 * a session all the same, and what is bridged from that era carries them.
 */
function withoutEnvelope(message: JsonRpcMessage): JsonRpcMessage {
  const meta = 'method' in message ? message.params?._meta : undefined
  if (!('method' in message) || !isRecord(meta) || !Object.keys(meta).some(isEnvelopeKey)) return message
  const kept = Object.entries(meta).filter(([key]) => !isEnvelopeKey(key))
  return { ...message, params: { ...message.params, _meta: Object.fromEntries(kept) } }
}

const noSignal = new AbortController().signal

/** The server's own word on a message that wants no answer goes to nobody. */
const ignore = () => undefined
