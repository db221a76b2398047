import { within } from '../process/clock.ts'
import type { JsonRpcRequest, JsonRpcResponse, Params, RequestId } from '../protocol/jsonrpc.ts'

/** Requests that the runner itself sends to a server, among those of its client. */
export class OwnRequests {
  readonly #waiting = new Map<RequestId, (response: JsonRpcResponse | undefined) => void>()
  #count = 0

  /** Resolves with undefined if there is no response within `limit` milliseconds. */
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
    // Otherwise the id stays known, so that a late response does not go to the client.
    if (response) this.#waiting.delete(id)
    return response
  }

  has(id: RequestId): boolean {
    return this.#waiting.has(id)
  }

  /** Consumes a response to one of these requests; returns whether it was one. */
  take(response: JsonRpcResponse): boolean {
    const settle = this.#waiting.get(response.id ?? '')
    settle?.(response)
    return settle !== undefined
  }

  /** Called when the server will not answer any more. */
  abandon(): void {
    for (const settle of this.#waiting.values()) settle(undefined)
  }
}
