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

/** What a client has told its server, to be replayed to another server. */
export class ConversationMemory implements Introduction {
  #initialize: Params | undefined
  #greeted = false
  #initialized = false
  #level: unknown
  #logs = false
  readonly #subscriptions = new Set<string>()

  /** The parameters of the client's `initialize`, unless the server refused it. */
  get introduction(): Params | undefined {
    return this.#initialize
  }

  /** The log level that it has set, if any. */
  get level(): unknown {
    return this.#level
  }

  get client(): string | undefined {
    const info = this.#initialize?.clientInfo
    return isRecord(info) ? wordOf(info.name) : undefined
  }

  /** Whether the client has completed initialization, and so receives change notifications. */
  get initialized(): boolean {
    return this.#initialized
  }

  /** Whether the client has sent `initialize` and is waiting for the response. */
  get greeting(): boolean {
    return this.#initialize !== undefined && !this.#greeted
  }

  /** Whether the client wants error logs and the server has declared logging. */
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

  /** Records only what the server has accepted. */
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
