import {
  isRecord,
  isRequest,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
} from '../jsonrpc.ts'

/** What a client has told the server that the next generation has to be told again. */
export class ConversationMemory {
  #initialize: Params | undefined
  #greeted = false
  #initialized = false
  #level: unknown
  readonly #subscriptions = new Set<string>()

  get client(): string | undefined {
    const info = this.#initialize?.clientInfo
    return isRecord(info) ? String(info.name) : undefined
  }

  /** Whether the client has finished its introduction, and so hears of changes. */
  get initialized(): boolean {
    return this.#initialized
  }

  /** Whether the client has begun its introduction and waits for the answer. */
  get greeting(): boolean {
    return this.#initialize !== undefined && !this.#greeted
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
    if (request.method === 'initialize') this.#greeted = true
    else if (request.method === 'logging/setLevel') this.#level = request.params?.level
    else if (request.method === 'resources/subscribe') this.#subscriptions.add(String(uri))
    else if (request.method === 'resources/unsubscribe') this.#subscriptions.delete(String(uri))
  }

  /** The requests to put to the next generation, in order; the first is the introduction. */
  *replay(): Generator<{ method: string; params: Params }> {
    if (!this.#initialize) return
    yield { method: 'initialize', params: this.#initialize }
    if (this.#level !== undefined) yield { method: 'logging/setLevel', params: { level: this.#level } }
    for (const uri of this.#subscriptions) yield { method: 'resources/subscribe', params: { uri } }
  }
}
