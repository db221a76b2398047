import { isSdkAlone } from '../../process/sdk-alone.ts'
import { subjectOf } from '../../protocol/auth.ts'
import {
  errorCodes,
  isRecord,
  isRequest,
  type JsonRpcMessage,
  type JsonRpcRequest,
  usableId,
} from '../../protocol/jsonrpc.ts'
import type { Change, ServerSource } from '../../protocol/source.ts'
import type { InFlight } from '../../sessions/calls.ts'
import { tooLong } from '../../sessions/message-bounds.ts'
import type { SessionPersistence } from '../../sessions/persistence/session-persistence.ts'
import { type Exchange, refuse } from '../../transports/http/http-reply.ts'
import { clientLeft, webRequest } from '../../transports/web/web-request.ts'
import { writeResponse } from '../../transports/web/web-response.ts'
import type { Log } from '../serve-options.ts'
import { Listeners } from './listeners.ts'
import { type Handler, mcpHandler, type News } from './mcp-handler.ts'
import { ModernDispatch } from './modern-dispatch.ts'
import type { OfferNews } from './offer-news.ts'
import { ownSdk } from './own-sdk.ts'

interface Parts {
  handler: Handler
  /** Absent for servers that only the SDK's handler can serve. */
  dispatch: ModernDispatch | undefined
}

/**
 * The modern era (2026-07-28) on HTTP: each request gets a server of its own. Ordinary requests are answered by our own
 * dispatch, all others by the official SDK's handler. The SDK is loaded with the first modern request, so that legacy
 * clients never wait for it.
 */
export class ModernHttp {
  readonly #source: ServerSource
  readonly #inFlight: InFlight
  readonly #log: Log
  readonly #listeners: Listeners
  readonly #persistence: SessionPersistence | undefined
  #offers: Promise<OfferNews> | undefined
  #parts: Promise<Parts> | undefined
  /** The same once loaded, so that requests can use it synchronously. */
  #loaded: Parts | undefined

  /**
   * @param maxListeners maximum concurrent listeners for changes.
   * @param persistence set if sessions outlive the process.
   */
  constructor(
    source: ServerSource,
    inFlight: InFlight,
    log: Log,
    maxListeners: number,
    persistence?: SessionPersistence,
  ) {
    this.#persistence = persistence
    this.#source = source
    this.#listeners = new Listeners(maxListeners)
    this.#inFlight = inFlight
    this.#log = log
  }

  readonly handle = async (exchange: Exchange, message: JsonRpcMessage): Promise<void> => {
    const reason = tooLong(message)
    if (reason !== undefined) {
      return refuse(exchange.response, 200, reason, {
        code: errorCodes.invalidParams,
        id: usableId(message),
      })
    }
    // A subscription is only answered when it ends, so it does not count as in flight.
    if (isListening(message)) return this.#answer(exchange, message)
    this.#inFlight.begin()
    try {
      await this.#answer(exchange, message)
    } finally {
      this.#inFlight.end()
    }
  }

  async #answer(exchange: Exchange, message: JsonRpcMessage): Promise<void> {
    const { response, auth } = exchange
    const direct = this.#source.modern?.(webOf(exchange).request, message, auth)
    if (direct !== undefined) return writeResponse(response, await direct, this.#dropped)
    const { handler, dispatch } = this.#loaded ?? (await this.#load())
    if (await dispatch?.handle(exchange, message)) return
    const uris = resourcesIn(message)
    const { request, left } = webOf(exchange)
    if (isListening(message)) this.#listeners.add(left, subjectOf(auth), uris)
    const release = isListening(message) ? await handler.listenTo(uris) : undefined
    try {
      const answer = await handler.fetch(request, { parsedBody: message, ...(auth && { authInfo: auth }) })
      await writeResponse(response, answer, this.#dropped)
    } finally {
      await release?.()
    }
  }

  /** The number of open subscriptions. */
  get listening(): number {
    return this.#listeners.size
  }

  readonly #dropped = (reason: string) => this.#log('warning', `dropped a stream: ${reason}`)

  /** Notifies listeners of a change that another process has announced. */
  tell(change: Change): void {
    this.#loaded?.handler.tell(change)
  }

  /** Ends open subscriptions, each with its result, once no calls are in flight. */
  drain(): void {
    if (this.#inFlight.count === 0) void this.close()
  }

  async close(): Promise<void> {
    const parts = await this.#parts
    await parts?.dispatch?.close()
    await parts?.handler.close()
  }

  #load(): Promise<Parts> {
    this.#parts ??= this.#make()
    return this.#parts
  }

  /** Tells the other processes what this one offers; clients are notified of news once all processes offer it. */
  async introduce(): Promise<void> {
    if (this.#persistence?.mayDiffer) await (await this.#offerNews(this.#persistence)).introduce()
  }

  async #news(): Promise<News | undefined> {
    const news = this.#persistence && (await this.#offerNews(this.#persistence))
    return news && (() => news.forListener())
  }

  /** Loaded only when used. */
  #offerNews(persistence: SessionPersistence): Promise<OfferNews> {
    this.#offers ??= import('./offer-news.ts').then(
      ({ OfferNews }) => new OfferNews(this.#source, persistence, (change) => this.tell(change)),
    )
    return this.#offers
  }

  async #make(): Promise<Parts> {
    const handler = await mcpHandler(this.#source, this.#log, await this.#news())
    const { classifyInboundRequest } = await (this.#source.sdkCopy ?? ownSdk).server()
    const able = !isSdkAlone() && !this.#source.modern && typeof classifyInboundRequest === 'function'
    const { announce } = this.#source
    const servers = handler.open ? { open: handler.open, announce } : this.#source
    const warn = (message: string) => this.#log('warning', message)
    this.#loaded = {
      handler,
      dispatch: able ? new ModernDispatch(servers, classifyInboundRequest, warn) : undefined,
    }
    return this.#loaded
  }
}

/** The web-standard request, and a controller that is aborted when its client disconnects. */
function webOf({ request, response }: Exchange): { request: Request; left: AbortController } {
  // In this era a client cancels by closing the stream (2026-07-28, Streamable HTTP, Cancellation).
  const left = clientLeft(response)
  return { request: webRequest(request, { signal: left.signal }), left }
}

/** The resources that a client subscribes to (2026-07-28, patterns/subscriptions); empty for other messages. */
function resourcesIn(message: JsonRpcMessage): string[] {
  if (!isListening(message)) return []
  const asked = message.params?.notifications
  const wanted = isRecord(asked) ? asked.resourceSubscriptions : undefined
  return Array.isArray(wanted) ? wanted.filter((uri) => typeof uri === 'string') : []
}

const isListening = (message: JsonRpcMessage): message is JsonRpcRequest =>
  isRequest(message) && message.method === 'subscriptions/listen'
