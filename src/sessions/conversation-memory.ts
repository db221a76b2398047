import {
  isRecord,
  isRequest,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
  wordOf,
} from '../protocol/jsonrpc.ts'
import type { Introduction } from './introduce.ts'

const aboveError = new Set(['critical', 'alert', 'emergency'])

/** What a client has told its server, which another one would have to be told again. */
export class ConversationMemory implements Introduction {
  #initialize: Params | undefined
  #greeted = false
  #initialized = false
  #level: unknown
  #logs = false
  readonly #subscriptions = new Set<string>()

  /** What the client has introduced itself with, unless the server has refused it. */
  get introduction(): Params | undefined {
    return this.#initialize
  }

  /** The log level it has asked for, if it has. */
  get level(): unknown {
    return this.#level
  }

  get client(): string | undefined {
    const info = this.#initialize?.clientInfo
    return isRecord(info) ? wordOf(info.name) : undefined
  }

  /** Whether the client has finished its introduction, and so hears of changes. */
  get initialized(): boolean {
    return this.#initialized
  }

  /** Whether the client has begun its introduction and waits for the answer. */
  get greeting(): boolean {
    return this.#initialize !== undefined && !this.#greeted
  }

  /** Whether the client wants to hear of errors, and the server has said that there may be messages. */
  get hearsErrors(): boolean {
    return this.#initialized && this.#logs && !aboveError.has(wordOf(this.#level))
  }

  get subscriptions(): ReadonlySet<string> {
    return this.#subscriptions
  }

  noteFromClient(message: JsonRpcMessage): void {
    if (!('method' in message)) return
    if (isRequest(message) && message.method === 'initialize') this.#initialize = message.params ?? {}
    else if (message.method === 'notifications/initialized') this.#initialized = true
  }

  /** Only what the server has accepted is worth repeating. */
  noteAnswer(request: JsonRpcRequest, response: JsonRpcResponse): void {
    if ('error' in response) {
      if (request.method === 'initialize') this.#initialize = undefined
      return
    }
    const uri = request.params?.uri
    if (request.method === 'initialize') {
      const { capabilities } = response.result
      this.#logs = isRecord(capabilities) && capabilities.logging !== undefined
      this.#greeted = true
    } else if (request.method === 'logging/setLevel') this.#level = request.params?.level
    else if (request.method === 'resources/subscribe') this.#subscriptions.add(wordOf(uri))
    else if (request.method === 'resources/unsubscribe') this.#subscriptions.delete(wordOf(uri))
  }
}
