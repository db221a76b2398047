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
import type { Keeping } from '../../sessions/kept/keeping.ts'
import { tooLong } from '../../sessions/message-bounds.ts'
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
  /** Absent for servers that only the handler can serve. */
  dispatch: ModernDispatch | undefined
}

/**
 * The modern era (2026-07-28) on HTTP: a server derived or built for each request, by our own dispatch where a
 * request is ordinary and by the official SDK's handler where it is not. The SDK is loaded with the first such
 * request, so that legacy clients never wait for it.
 */
export class ModernHttp {
  readonly #source: ServerSource
  readonly #inFlight: InFlight
  readonly #log: Log
  readonly #listeners: Listeners
  readonly #keeping: Keeping | undefined
  #offers: Promise<OfferNews> | undefined
  #parts: Promise<Parts> | undefined
  /** The same, once it is there: a request need not wait for what is. */
  #loaded: Parts | undefined

  /**
   * @param maxListeners clients that may listen for changes at once.
   * @param keeping where what clients are offered outlives the process.
   */
  constructor(source: ServerSource, inFlight: InFlight, log: Log, maxListeners: number, keeping?: Keeping) {
    this.#keeping = keeping
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
    // A subscription is answered when it ends, which nobody should wait for.
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

  /** Subscriptions that are open. */
  get listening(): number {
    return this.#listeners.size
  }

  readonly #dropped = (reason: string) => this.#log('warning', `dropped a stream: ${reason}`)

  /** Tells those who listen of a change that another process has told of. */
  tell(change: Change): void {
    this.#loaded?.handler.tell(change)
  }

  /** Ends the open subscriptions, each with its result, when no call is being answered beside them. */
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

  /** Says what is offered here to the other processes, whose clients are told of what is new once all offer it. */
  async introduce(): Promise<void> {
    if (this.#keeping?.mayDiffer) await (await this.#offerNews(this.#keeping)).introduce()
  }

  async #news(): Promise<News | undefined> {
    const news = this.#keeping && (await this.#offerNews(this.#keeping))
    return news && (() => news.forListener())
  }

  /** Loaded for those who want it. */
  #offerNews(keeping: Keeping): Promise<OfferNews> {
    this.#offers ??= import('./offer-news.ts').then(
      ({ OfferNews }) => new OfferNews(this.#source, keeping, (change) => this.tell(change)),
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

/** A web-standard request, and what says that its client has left. */
function webOf({ request, response }: Exchange): { request: Request; left: AbortController } {
  // In this era a client cancels by closing the stream (2026-07-28, Streamable HTTP, Cancellation).
  const left = clientLeft(response)
  return { request: webRequest(request, { signal: left.signal }), left }
}

/** The resources a client wants to hear of (2026-07-28, patterns/subscriptions); none in any other message. */
function resourcesIn(message: JsonRpcMessage): string[] {
  if (!isListening(message)) return []
  const asked = message.params?.notifications
  const wanted = isRecord(asked) ? asked.resourceSubscriptions : undefined
  return Array.isArray(wanted) ? wanted.filter((uri) => typeof uri === 'string') : []
}

const isListening = (message: JsonRpcMessage): message is JsonRpcRequest =>
  isRequest(message) && message.method === 'subscriptions/listen'
