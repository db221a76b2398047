import { within } from '../../process/clock.ts'
import type { Channel, SendOptions } from '../../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isRecord,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcResponse,
  type Params,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import { Unreached } from '../reach-fault.ts'
import { Relay } from '../relay.ts'
import type { Destination } from '../upstream.ts'

export interface MemberEvents {
  /** A request or notification of the server for the client. */
  said(member: Member, message: JsonRpcMessage, options?: SendOptions): void | Promise<void>
  /** The server has answered a request. */
  answered(member: Member, result: Params): void
  /** It has become reachable. */
  back(member: Member): void
  log(level: 'debug' | 'warning' | 'error', message: string): void
}

/**
 * Milliseconds: the initial and maximum retry delay for a server that is down; how long its initialization may keep the
 * client waiting; and the limit of our own requests.
 */
const limits = { again: 2_000, atMost: 60_000, greeting: 15_000, own: 15_000 }

/** One of several servers behind a conversation, which may be down without affecting the others. */
export class Member {
  readonly name: string
  /** The prefix of its tool and prompt names. */
  readonly prefix: string
  capabilities: Params = {}
  instructions: string | undefined
  readonly #channel: Channel
  readonly #relay: Relay
  readonly #events: MemberEvents
  readonly #waiting = new Map<RequestId, (response: JsonRpcResponse) => void>()
  #introduction: Params | undefined
  #introduced = false
  #down = false
  #count = 0
  #said = ''
  #again = limits.again
  #timer: NodeJS.Timeout | undefined

  /** @param subject the caller, if authenticated. */
  constructor(
    name: string,
    prefix: string,
    destination: Destination,
    events: MemberEvents,
    subject?: string,
  ) {
    this.name = name
    this.prefix = prefix
    this.#events = events
    this.#relay = new Relay(destination, (level, message) => this.#say(level, message), subject)
    this.#channel = {
      start: () => Promise.resolve(),
      close: () => Promise.resolve(),
      send: async (message, options) => this.#take(message, options),
    }
    void this.#relay.connect(this.#channel)
  }

  get ready(): boolean {
    return this.#introduced
  }

  /** Initializes the server; one that is down is initialized when it becomes reachable. */
  async introduce(params: Params): Promise<void> {
    this.#introduction = params
    const introduced = this.#introduce()
    const inTime = introduced.then(() => true)
    if (await within(inTime, limits.greeting, false)) return
    void introduced.then(() => this.#introduced && this.#back())
  }

  /** Sends the server a request, with a new id or the client's. */
  async request(method: string, params: Params | undefined, id?: RequestId): Promise<JsonRpcResponse> {
    const own = id ?? `fastmcp:${this.name}:${this.#count++}`
    const answered = new Promise<JsonRpcResponse>((resolve) => this.#waiting.set(own, resolve))
    this.send({ jsonrpc: '2.0', id: own, method, ...(params && { params }) })
    // Client requests have the client's own limit, and initialization has its own.
    const limited = id === undefined && method !== 'initialize'
    const late = errorReply(own, errorCodes.server, `${this.name}: no answer to ${method} in time`)
    const response = await (limited ? within(answered, limits.own, late) : answered)
    this.#waiting.delete(own)
    if (response instanceof Unreached) this.#retryLater()
    return response
  }

  readonly send = (message: JsonRpcMessage): void => this.#channel.onmessage?.(message)

  /** Drops a request that the client has cancelled. */
  abandon(id: RequestId): void {
    this.#waiting.get(id)?.(errorReply(id, errorCodes.server, 'The request was cancelled'))
    this.#waiting.delete(id)
  }

  /** Whether a client request is pending here. */
  answers(id: unknown): boolean {
    return this.#waiting.has(id as RequestId)
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#relay.close()
    const reason = 'the conversation has ended'
    for (const [id, resolve] of this.#waiting) resolve(errorReply(id, errorCodes.server, reason))
    this.#waiting.clear()
  }

  async #introduce(): Promise<void> {
    const response = await this.request('initialize', this.#introduction)
    if ('error' in response) return this.#retryLater()
    const { capabilities, instructions } = response.result
    this.capabilities = isRecord(capabilities) ? capabilities : {}
    this.instructions = typeof instructions === 'string' ? instructions : undefined
    this.#introduced = true
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  }

  #retryLater(): void {
    this.#down = true
    if (this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#retry()
    }, this.#again)
    this.#timer.unref()
    this.#again = Math.min(this.#again * 2, limits.atMost)
  }

  async #retry(): Promise<void> {
    this.#down = false
    if (this.#introduced) await this.request('ping', undefined)
    else await this.#introduce()
    if (!this.#down) this.#back()
  }

  #back(): void {
    this.#said = ''
    this.#again = limits.again
    this.#events.back(this)
  }

  /** Logs a fault only once, however often the server is retried. */
  #say(level: 'debug' | 'warning' | 'error', message: string): void {
    if (message === this.#said) return
    if (level !== 'debug') this.#said = message
    this.#events.log(level, message)
  }

  #take(message: JsonRpcMessage, options?: SendOptions): void | Promise<void> {
    if (!isResponse(message)) return this.#events.said(this, message, options)
    if (message.id === null) return
    if ('result' in message) this.#events.answered(this, message.result)
    const resolve = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    resolve?.(message)
  }
}
