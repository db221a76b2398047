import type { ServerResponse } from 'node:http'
import { keepsVersion, speakModern } from '../../patches/packages/negotiated-version.ts'
import { whileAborting } from '../../process/aborting.ts'
import type { AuthInfo } from '../../protocol/auth.ts'
import type { Channel, MessageExtra } from '../../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isRequest,
  isResponse,
  type JsonRpcError,
  type JsonRpcMessage,
  type JsonRpcRequest,
} from '../../protocol/jsonrpc.ts'
import type { Opening, OpenServer, ServerSource } from '../../protocol/source.ts'
import { changeIn } from '../../sessions/derived/audience.ts'
import { noteClient } from '../../sessions/derived/derived-server.ts'
import { coreOf } from '../../sessions/derived/sdk-shape.ts'
import { unknownStateWords, unknownWords } from '../../sessions/suspended/call-state.ts'
import type { EventStream } from '../../transports/http/event-stream.ts'
import type { Exchange } from '../../transports/http/http-reply.ts'
import { PostReply, type PostReplyOptions, type ReplyStream } from '../../transports/streamable/post-reply.ts'
import { requestInfo } from '../../transports/web/web-request.ts'
import { type Classify, isGuarded, ordinary } from './ordinary-request.ts'

/** Opens a server per request. */
export type Servers = Pick<ServerSource, 'open' | 'announce'>

/**
 * The server needs a capability that the client has not declared (2026-07-28, Error Codes); the one such code sent with
 * status 400.
 */
const missingCapability = -32_021

/**
 * Answers ordinary modern requests directly, each with its own server: several times as fast as the SDK's handler,
 * which converts to web requests and responses. Unusual requests, and those refused before a user handler runs, are
 * left to the SDK's handler, so that its rules exist once.
 */
export class ModernDispatch {
  readonly #source: Servers
  readonly #classify: Classify
  readonly #parts: CallParts
  readonly #calls = new Set<ModernCall>()

  constructor(source: Servers, classify: Classify, log: (message: string) => void) {
    this.#source = source
    this.#classify = classify
    const dropped = (reason: string) => log(`dropped a stream: ${reason}`)
    const reply = { json: false, headers: {}, dropped, open: streamOf, status: statusOf }
    this.#parts = { reply, announce: source.announce }
  }

  /** Resolves once the request is answered; `false` if it is left to the SDK's handler. */
  async handle(exchange: Exchange, message: JsonRpcMessage): Promise<boolean> {
    const found = ordinary(exchange.request.headers, message, this.#classify)
    if (!found) return false
    const info = requestInfo(exchange)
    const server = await this.#open(exchange, info)
    if (!server) return false
    // Opening may take a while, as when a program starts per request: skip requests that were cancelled meanwhile.
    if (exchange.response.destroyed) {
      await server.close()
      return true
    }
    const core = coreOf(server.sdkServer)
    if (!core || !keepsVersion(core) || isGuarded(server.sdkServer, found.request)) {
      await server.close()
      return false
    }
    const call = new ModernCall(exchange.response, found.request, this.#parts)
    this.#calls.add(call)
    try {
      if (server.attach) server.attach(call)
      else await server.connect(call)
      speakModern(core)
      noteClient(core, found.request)
      return await call.run(server, Object.assign(info, { classification: found.classification }))
    } finally {
      this.#calls.delete(call)
    }
  }

  /** Answers requests still open with an error. */
  async close(): Promise<void> {
    await Promise.all([...this.#calls].map((call) => call.fail('The server is shutting down')))
  }

  /** A factory that throws is left to the SDK's handler, which reports that. */
  async #open(exchange: Exchange, info: MessageExtra): Promise<OpenServer | undefined> {
    try {
      return await this.#source.open(new ForOneRequest(exchange.auth, info))
    } catch {
      return undefined
    }
  }
}

/** The opening of a server for one request. A class, because an object literal with an accessor is slow to create. */
class ForOneRequest implements Opening {
  readonly era = 'modern'
  readonly longLived = false
  readonly authInfo?: AuthInfo
  readonly #info: MessageExtra

  constructor(auth: AuthInfo | undefined, info: MessageExtra) {
    if (auth) this.authInfo = auth
    this.#info = info
  }

  get request(): Request {
    return this.#info.request as Request
  }
}

interface CallParts {
  reply: PostReplyOptions
  announce: ServerSource['announce']
}

/** One modern request and its response, as the channel of the server that was opened for it. */
class ModernCall implements Channel {
  onmessage: Channel['onmessage'] = undefined
  onclose: Channel['onclose'] = undefined
  onerror: Channel['onerror'] = undefined
  readonly #response: ServerResponse
  readonly #request: JsonRpcRequest
  readonly #parts: CallParts
  readonly #ended: Promise<void>
  #end: () => void = () => undefined
  #reply: PostReply | undefined
  /** True before any handler runs: a response at that point is a refusal. */
  #refusing = false
  #refused = false
  #closed = false

  constructor(response: ServerResponse, request: JsonRpcRequest, parts: CallParts) {
    this.#response = response
    this.#request = request
    this.#parts = parts
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  /** @returns whether it was answered; `false` if it would have been refused before a handler ran. */
  async run(server: OpenServer, extra: MessageExtra): Promise<boolean> {
    this.#refusing = true
    this.onmessage?.(this.#request, extra)
    this.#refusing = false
    if (!this.#refused) {
      // In this era a client cancels by closing the stream (2026-07-28, Streamable HTTP, Cancellation).
      this.#response.once('close', this.#end)
      this.#reply = new PostReply(this.#response, this.#request.id, this.#parts.reply)
      await this.#ended
    }
    await server.close()
    return !this.#refused
  }

  async send(message: JsonRpcMessage, options?: { relatedRequestId?: string | number }): Promise<void> {
    if (this.#closed) return
    if (this.#refusing) {
      this.#refused = true
      return
    }
    this.#announce(message)
    const related = isResponse(message) ? message.id : options?.relatedRequestId
    // In this era only responses have a stream, and servers request input in their results.
    if (related !== this.#request.id || isRequest(message)) return
    await this.#reply?.send('error' in message ? explained(message, this.#request) : message)
    // Otherwise the response's end calls it, after the server has finished the call, which must not be aborted now.
    if (isResponse(message) && this.#response.destroyed) this.#end()
  }

  /** Forwards notifications that do not belong to the request to all listeners. */
  #announce(message: JsonRpcMessage): void {
    const { announce } = this.#parts
    const change = announce && 'method' in message ? changeIn(message) : undefined
    if (change) announce?.(change)
  }

  fail(reason: string): Promise<void> {
    return this.send(errorReply(this.#request.id, errorCodes.internal, reason))
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      this.#end()
      this.#reply?.end()
      whileAborting(() => this.onclose?.())
    }
    return Promise.resolve()
  }
}

/** The error with a clearer message, where the SDK's does not say why a call cannot go on. */
function explained(message: JsonRpcError, { params }: JsonRpcRequest): JsonRpcMessage {
  const { error } = message
  const state = params?.requestState
  if (error.message !== unknownWords || typeof state !== 'string') return message
  return { ...message, error: { ...error, message: unknownStateWords(state) } }
}

const statusOf = (answer: JsonRpcMessage) =>
  'error' in answer && answer.error.code === missingCapability ? 400 : 200

const streamOf = (live: EventStream): ReplyStream => ({
  send: (text) => live.send(text),
  pause: () => live.end(),
  end: () => live.end(),
})
