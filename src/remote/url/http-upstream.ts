import { within } from '../../process/clock.ts'
import { wayTo } from '../../process/proxy/proxy-for.ts'
import {
  errorCodes,
  errorReply,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import type { TruncatedMessage } from '../../protocol/truncated-message.ts'
import { LoginGate } from '../login/login-gate.ts'
import type { LoginSettings } from '../login/login-settings.ts'
import type { Destination, GatewayParts, Upstream } from '../upstream.ts'
import { AnswerTooLong } from './answer-too-long.ts'
import { boundedFetch, isEventStream, remade } from './bounded-fetch.ts'
import { OwnStream } from './own-stream.ts'
import { QuickPost, type SessionOf } from './quick-post.ts'
import { shownUrl } from './server-url.ts'
import { sseTransport } from './sse-transport.ts'
import { WholeAnswer } from './whole-answer.ts'

/** A remote server's URL and how to connect to it. */
export interface RemoteEndpoint {
  readonly url: URL
  /** The headers of every request, read when it is sent. */
  readonly headers: Readonly<Record<string, string>>
  readonly sse: boolean
  /** How to log in, unless the headers authenticate already; without it there are no logins. */
  readonly login?: LoginSettings | undefined
  /** What a 401 means, given these headers. */
  readonly unauthorized?: string
}

/** Milliseconds that a request waits for the user: less than clients wait, so that they get the reason. */
const personWait = 50_000

/** A server at a URL, with the official client's transport. */
export function remoteDestination(
  { url, headers, sse, login, unauthorized }: RemoteEndpoint,
  { maxMessage, log }: GatewayParts,
): Destination {
  const parts: GatewayParts = {
    maxMessage,
    log: (level, message) => log(level, `${shownUrl(url)}: ${message}`),
  }
  const gate = login && new LoginGate(url, login, (text) => log('warning', text), personWait)
  return {
    label: shownUrl(url),
    unauthorized,
    way: wayTo(url, process.env),
    connect: async () => {
      const sdk = await import('../official-client.ts')
      const make = (fetch: Fetch) => {
        const options = { requestInit: { headers }, fetch }
        const made = sse
          ? sseTransport(sdk, url, options)
          : new sdk.StreamableHTTPClientTransport(url, options)
        return made as unknown as OfficialTransport
      }
      // A reopened SSE stream is a new, uninitialized session.
      const isLoss = (error: Error) => error instanceof sdk.SseError || hasGivenUp(error)
      const over = (fetch: Fetch) => (gate ? gate.over(fetch) : fetch)
      const quick = (fetch: Fetch) => (sse ? undefined : new QuickPost(url, headers, fetch))
      return new HttpUpstream({ make, isLoss, over, quick }, parts)
    },
    close: () => Promise.resolve(gate?.close()),
  }
}

type Fetch = typeof globalThis.fetch

/** How to connect to one server. */
interface Way {
  /** Creates the transport on this fetch function. */
  make(fetch: Fetch): OfficialTransport
  /** Whether an error means that unsolicited messages of the server will no longer arrive. */
  isLoss(error: Error): boolean
  /** Adds the tokens of the login. */
  over(fetch: Fetch): Fetch
  /** Posts requests without the transport; undefined if not supported. */
  quick(fetch: Fetch): QuickPost | undefined
}

/** The common interface of the official client's two transports, with the extras of one. */
interface OfficialTransport extends Upstream, SessionOf {
  send(message: JsonRpcMessage, options?: { onRequestStreamEnd?: () => void }): Promise<void>
  terminateSession?(): Promise<void>
}

/**
 * Completes the official client's transport: ends the remote session too, fails requests that will not be answered, and
 * detects when the stream for unsolicited messages is lost.
 */
class HttpUpstream implements Upstream {
  onmessage: Upstream['onmessage'] = undefined
  onclose: Upstream['onclose'] = undefined
  onerror: Upstream['onerror'] = undefined
  readonly #inner: OfficialTransport
  readonly #log: GatewayParts['log']
  readonly #paced: PacedFetch
  readonly #ownStream = new OwnStream()
  readonly #waiting = new Set<RequestId>()
  readonly #quick: QuickPost | undefined
  readonly #ended = new AbortController()
  #started = false
  #closed = false

  constructor({ make, isLoss, over, quick }: Way, { maxMessage, log }: GatewayParts) {
    this.#log = log
    this.#paced = new PacedFetch(boundedFetch(maxMessage, (message, fault) => this.#dropped(message, fault)))
    const fetch = over(this.#ownStream.noting(this.#paced.fetch))
    this.#quick = quick(fetch)
    this.#inner = make(this.#quick?.fetch ?? fetch)
    this.#inner.onmessage = (message) => {
      if (isResponse(message) && message.id !== null) this.#waiting.delete(message.id)
      this.#paced.taking(this.onmessage?.(message))
    }
    this.#inner.onerror = (error) => {
      this.onerror?.(error)
      if (this.#started && isLoss(error)) this.#lost()
    }
    this.#inner.onclose = () => this.#lost()
  }

  async start(): Promise<void> {
    await this.#inner.start()
    this.#started = true
  }

  async send(message: JsonRpcMessage): Promise<void> {
    if (!isRequest(message)) return this.#inner.send(message)
    if (this.#ownStream.holds(message)) await this.#ownStream.opened()
    const { id } = message
    this.#waiting.add(id)
    try {
      if (await this.#postQuickly(message)) return
      await this.#inner.send(message, { onRequestStreamEnd: () => this.#unanswered(id) })
    } catch (error) {
      this.#waiting.delete(id)
      if (!(error instanceof AnswerTooLong)) throw error
      const answer = this.#dropped({ id }, error)
      if (answer !== undefined) void this.onmessage?.(JSON.parse(answer))
    }
  }

  /** @returns whether it was answered. */
  async #postQuickly(message: JsonRpcRequest): Promise<boolean> {
    if (!this.#quick?.takes(message)) return false
    try {
      const answer = await this.#quick.post(message, this.#inner, this.#ended.signal)
      if (answer) void this.#inner.onmessage?.(answer)
      return answer !== undefined
    } catch (error) {
      this.#inner.onerror?.(error as Error)
      throw error
    }
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version)
  }

  async close(): Promise<void> {
    const ended = Promise.resolve(this.#inner.terminateSession?.())
    await within(
      ended.catch(() => undefined),
      1_000,
      undefined,
    )
    this.#closed = true
    this.#ended.abort()
    await this.#inner.close()
  }

  /** Reports a dropped message. Returns the error for its request; a request of the server gets one at once. */
  #dropped({ id, method, unknown }: TruncatedMessage, { message: fault }: AnswerTooLong): string | undefined {
    const what = method ?? (id === undefined ? 'a message' : `the answer to request ${id}`)
    this.#log('warning', `${what} was dropped: ${fault}`)
    if (id === undefined) {
      // If its request is unknown, all pending ones fail.
      if (unknown) this.#lost()
      return undefined
    }
    const reply = errorReply(id, errorCodes.internal, `The message was dropped: ${fault}`)
    if (method === undefined) return JSON.stringify(reply)
    this.send(reply).catch(() => undefined)
    return undefined
  }

  #unanswered(id: RequestId): void {
    if (this.#closed || !this.#waiting.delete(id)) return
    const reason = 'The server has ended the stream of this request without an answer'
    void this.onmessage?.(errorReply(id, errorCodes.server, reason))
  }

  #lost(): void {
    if (this.#closed) return
    this.#closed = true
    this.#ended.abort()
    void this.#inner.close().catch(() => undefined)
    this.onclose?.()
  }
}

/** The official client retries its stream a few times; that it gave up is only in the error text. */
const hasGivenUp = (error: Error): boolean => error.message.startsWith('Maximum reconnection attempts')

/** Reads event streams with back-pressure from message processing. */
class PacedFetch {
  readonly #fetch: typeof globalThis.fetch
  #untaken = 0
  #wake: (() => void)[] = []

  /** @param fetch what fetches them. */
  constructor(fetch: typeof globalThis.fetch) {
    this.#fetch = fetch
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await this.#fetch(input, init)
    if (response instanceof WholeAnswer || !isEventStream(response) || !response.body) return response
    const gate = new TransformStream<Uint8Array, Uint8Array>({
      transform: async (chunk, controller) => {
        await this.#allTaken()
        controller.enqueue(chunk)
      },
    })
    return remade(response, response.body.pipeThrough(gate))
  }

  /** Records a message that is being processed until this settles. */
  taking(taken: Promise<void> | void): void {
    if (!taken) return
    this.#untaken++
    const done = () => {
      this.#untaken--
      if (this.#untaken === 0) for (const wake of this.#wake.splice(0)) wake()
    }
    taken.then(done, done)
  }

  async #allTaken(): Promise<void> {
    if (this.#untaken > 0) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }
}
