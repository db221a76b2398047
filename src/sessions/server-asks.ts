import {
  isNotification,
  isRecord,
  isRequest,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcResponse,
  type RequestId,
} from '../protocol/jsonrpc.ts'

/** The sender of a request to the client: a server in one conversation. */
export interface Asker {
  send(message: JsonRpcMessage): void
}

interface Asked {
  link: Asker
  /** The original request id. */
  id: RequestId
  progressToken: unknown
}

/**
 * Requests of several servers to one client, renumbered: each server counts from zero, and the client must be able to
 * tell them apart.
 */
export class ServerAsks {
  readonly #asked = new Map<RequestId, Asked>()
  readonly #prefix: string | undefined
  // Clients of SDK v1 ignore the cancellation of a request with id 0.
  #count = 1

  /** @param prefix names this process, if the client may also answer requests of another one. */
  constructor(prefix?: string) {
    this.#prefix = prefix
  }

  has(link: Asker): boolean {
    return [...this.#asked.values()].some((one) => one.link === link)
  }

  /** A server's message as it is sent to the client; undefined if it no longer concerns the client. */
  toClient(link: Asker, message: JsonRpcMessage): JsonRpcMessage | undefined {
    if (isRequest(message)) {
      const count = this.#count++
      const id = this.#prefix === undefined ? count : `${this.#prefix}.${count}`
      const meta = message.params?._meta
      const token = isRecord(meta) ? meta.progressToken : undefined
      this.#asked.set(id, { link, id: message.id, progressToken: token })
      if (token === undefined) return { ...message, id }
      return {
        ...message,
        id,
        params: { ...message.params, _meta: { ...(meta as object), progressToken: id } },
      }
    }
    if (!isNotification(message) || message.method !== 'notifications/cancelled') return message
    const own = this.#ownId(link, message.params?.requestId)
    if (own === undefined) return undefined
    this.#asked.delete(own)
    return { ...message, params: { ...message.params, requestId: own } }
  }

  /** Passes the client's response to the server that sent the request; `false` if it was none of ours. */
  answer(response: JsonRpcResponse): boolean {
    const asked = response.id === null ? undefined : this.#asked.get(response.id)
    if (!asked || response.id === null) return false
    this.#asked.delete(response.id)
    asked.link.send({ ...response, id: asked.id })
    return true
  }

  /** Passes on a client's progress notification; `false` if it is not for a request of ours. */
  progress(message: JsonRpcNotification): boolean {
    const asked = this.#asked.get(message.params?.progressToken as RequestId)
    if (!asked || asked.progressToken === undefined) return false
    asked.link.send({ ...message, params: { ...message.params, progressToken: asked.progressToken } })
    return true
  }

  /** Cancels the pending requests of a server that is gone. */
  withdraw(link: Asker): JsonRpcNotification[] {
    const own = [...this.#asked].filter(([, one]) => one.link === link).map(([id]) => id)
    return own.map((requestId) => {
      this.#asked.delete(requestId)
      const params = { requestId, reason: 'The server has restarted' }
      return { jsonrpc: '2.0', method: 'notifications/cancelled', params }
    })
  }

  #ownId(link: Asker, id: unknown): RequestId | undefined {
    return [...this.#asked].find(([, one]) => one.link === link && one.id === id)?.[0]
  }
}
