import {
  isNotification,
  isRecord,
  isRequest,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcResponse,
  type RequestId,
} from '../protocol/jsonrpc.ts'

/** Who asks: a server on behalf of one conversation. */
export interface Asker {
  send(message: JsonRpcMessage): void
}

interface Asked {
  link: Asker
  /** The id it has where it was asked. */
  id: RequestId
  progressToken: unknown
}

/**
 * What several servers ask one client, renumbered: each counts its requests from zero, and the client must be able to
 * tell them apart.
 */
export class ServerAsks {
  readonly #asked = new Map<RequestId, Asked>()
  readonly #prefix: string | undefined
  // The clients of SDK v1 cannot be told that a request with the id 0 is cancelled.
  #count = 1

  /** @param prefix names who asks, where a client may answer what it was asked by another. */
  constructor(prefix?: string) {
    this.#prefix = prefix
  }

  has(link: Asker): boolean {
    return [...this.#asked.values()].some((one) => one.link === link)
  }

  /** A server's message as the client may see it; nothing for what concerns it no longer. */
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

  /** Hands the client's answer to the server that asked; `false` when none of ours has. */
  answer(response: JsonRpcResponse): boolean {
    const asked = response.id === null ? undefined : this.#asked.get(response.id)
    if (!asked || response.id === null) return false
    this.#asked.delete(response.id)
    asked.link.send({ ...response, id: asked.id })
    return true
  }

  /** The client reports progress on what it was asked; `false` when it was not by us. */
  progress(message: JsonRpcNotification): boolean {
    const asked = this.#asked.get(message.params?.progressToken as RequestId)
    if (!asked || asked.progressToken === undefined) return false
    asked.link.send({ ...message, params: { ...message.params, progressToken: asked.progressToken } })
    return true
  }

  /** The server is gone: tells the client that nobody waits for its answers any more. */
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
