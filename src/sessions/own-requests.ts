import { within } from '../process/clock.ts'
import type { JsonRpcRequest, JsonRpcResponse, Params, RequestId } from '../protocol/jsonrpc.ts'

/** Requests that the runner itself puts to a server, among those of its client. */
export class OwnRequests {
  readonly #waiting = new Map<RequestId, (response: JsonRpcResponse | undefined) => void>()
  #count = 0

  /** Resolves with nothing when no answer comes within `limit` milliseconds. */
  async ask(
    send: (request: JsonRpcRequest) => unknown,
    method: string,
    params: Params,
    limit: number,
  ): Promise<JsonRpcResponse | undefined> {
    const id = `fastmcp-replay-${this.#count++}`
    const answered = new Promise<JsonRpcResponse | undefined>((resolve) => this.#waiting.set(id, resolve))
    await send({ jsonrpc: '2.0', id, method, params })
    const response = await within(answered, limit, undefined)
    // An answer that comes later is still not the client's.
    if (response) this.#waiting.delete(id)
    return response
  }

  has(id: RequestId): boolean {
    return this.#waiting.has(id)
  }

  /** Takes a response if it answers one of these. */
  take(response: JsonRpcResponse): boolean {
    const settle = this.#waiting.get(response.id ?? '')
    settle?.(response)
    return settle !== undefined
  }

  /** The server will answer nothing more. */
  abandon(): void {
    for (const settle of this.#waiting.values()) settle(undefined)
  }
}
