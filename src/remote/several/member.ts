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
  /** The server asks or tells the client something. */
  said(member: Member, message: JsonRpcMessage, options?: SendOptions): void | Promise<void>
  /** The server has answered a request. */
  answered(member: Member, result: Params): void
  /** It can be reached again, or for the first time. */
  back(member: Member): void
  log(level: 'debug' | 'warning' | 'error', message: string): void
}

/**
 * Milliseconds until a server that was down is tried again, doubled each time up to a limit; those that its introduction
 * may keep the client waiting; and those that a request of our own may take.
 */
const limits = { again: 2_000, atMost: 60_000, greeting: 15_000, own: 15_000 }

/** One of several servers behind a conversation, which may be down for a while without any harm to the others. */
export class Member {
  readonly name: string
  /** What stands before the names of its tools and prompts. */
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

  /** @param subject whose conversation it is, where callers are known. */
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

  /** Introduces the client; a server that is down hears of it when it is there. */
  async introduce(params: Params): Promise<void> {
    this.#introduction = params
    const introduced = this.#introduce()
    const inTime = introduced.then(() => true)
    if (await within(inTime, limits.greeting, false)) return
    void introduced.then(() => this.#introduced && this.#back())
  }

  /** Puts a request to the server, under an id of its own or the client's. */
  async request(method: string, params: Params | undefined, id?: RequestId): Promise<JsonRpcResponse> {
    const own = id ?? `fastmcp:${this.name}:${this.#count++}`
    const answered = new Promise<JsonRpcResponse>((resolve) => this.#waiting.set(own, resolve))
    this.send({ jsonrpc: '2.0', id: own, method, ...(params && { params }) })
    // A client has a limit of its own, and whoever introduces a server waits no longer than the client may.
    const limited = id === undefined && method !== 'initialize'
    const late = errorReply(own, errorCodes.server, `${this.name}: no answer to ${method} in time`)
    const response = await (limited ? within(answered, limits.own, late) : answered)
    this.#waiting.delete(own)
    if (response instanceof Unreached) this.#retryLater()
    return response
  }

  readonly send = (message: JsonRpcMessage): void => this.#channel.onmessage?.(message)

  /** The client waits no longer, and the server will not answer. */
  abandon(id: RequestId): void {
    this.#waiting.get(id)?.(errorReply(id, errorCodes.server, 'The request was cancelled'))
    this.#waiting.delete(id)
  }

  /** Whether a request of the client's is being answered here. */
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

  /** What is wrong with a server is said once, however often it is tried. */
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
