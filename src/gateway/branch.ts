import type { Channel, SendOptions } from '../channel.ts'
import {
  errorCodes,
  errorReply,
  isRecord,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcResponse,
  type Params,
  type RequestId,
} from '../jsonrpc.ts'
import { within } from '../within.ts'
import { Relay } from './relay.ts'
import type { Destination } from './upstream.ts'

export interface BranchEvents {
  /** The server asks or tells the client something. */
  said(branch: Branch, message: JsonRpcMessage, options?: SendOptions): void | Promise<void>
  /** It can be reached again, or for the first time. */
  back(branch: Branch): void
  log(level: 'debug' | 'warning' | 'error', message: string): void
}

/** Milliseconds between two tries to reach a server that was down, and those that its introduction may take. */
const limits = { again: 2_000, greeting: 15_000 }

/** One of several servers behind a conversation, which may be down for a while without any harm to the others. */
export class Branch {
  readonly name: string
  capabilities: Params = {}
  instructions: string | undefined
  readonly #channel: Channel
  readonly #relay: Relay
  readonly #events: BranchEvents
  readonly #waiting = new Map<RequestId, (response: JsonRpcResponse) => void>()
  #introduction: Params | undefined
  #introduced = false
  #down = false
  #count = 0
  #timer: NodeJS.Timeout | undefined

  constructor(name: string, destination: Destination, events: BranchEvents) {
    this.name = name
    this.#events = events
    this.#relay = new Relay(destination, events.log)
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
    await within(this.#introduce(), limits.greeting, undefined)
  }

  /** Puts a request to the server, under an id of its own or the client's. */
  async request(method: string, params: Params | undefined, id?: RequestId): Promise<JsonRpcResponse> {
    const own = id ?? `fastmcp:${this.name}:${this.#count++}`
    const answered = new Promise<JsonRpcResponse>((resolve) => this.#waiting.set(own, resolve))
    this.send({ jsonrpc: '2.0', id: own, method, ...(params && { params }) })
    const response = await answered
    if (isUnreachable(response)) this.#retryLater()
    return response
  }

  readonly send = (message: JsonRpcMessage): void => this.#channel.onmessage?.(message)

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
    }, limits.again)
    this.#timer.unref()
  }

  async #retry(): Promise<void> {
    this.#down = false
    if (this.#introduced) await this.request('ping', undefined)
    else await this.#introduce()
    if (!this.#down) this.#events.back(this)
  }

  #take(message: JsonRpcMessage, options?: SendOptions): void | Promise<void> {
    if (!isResponse(message)) return this.#events.said(this, message, options)
    if (message.id === null) return
    const resolve = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    resolve?.(message)
  }
}

/** Answers of the gateway itself, and not of the server. */
const isUnreachable = (response: JsonRpcResponse) =>
  'error' in response &&
  response.error.code === errorCodes.server &&
  /cannot be reached|has ended the connection/.test(response.error.message)
