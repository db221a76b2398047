import { createHash } from 'node:crypto'
import { isRequest, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'

/** Milliseconds a client has to come back to a generation that has been replaced meanwhile. */
export const retryLimit = 30_000
/** States remembered at the most; the oldest gives way. */
const stateLimit = 1_000

/** Which generation a modern client has to come back to: handlers wait for its answers where they began. */
export class Retries {
  /** By digest, since user code gives out states as long as it likes. */
  readonly #issuers = new Map<string, GenerationHandle>()

  note(state: string, child: GenerationHandle): void {
    this.#issuers.set(digest(state), child)
    for (const [key, issuer] of this.#issuers) {
      if (!issuer.gone && this.#issuers.size <= stateLimit) return
      this.#issuers.delete(key)
    }
  }

  /** Whether any client is still to come back to it. */
  expects(child: GenerationHandle): boolean {
    return [...this.#issuers.values()].includes(child)
  }

  /** The generation that gave out the state which a message brings back, if it is one and still there. */
  take(message: JsonRpcMessage): GenerationHandle | undefined {
    const state = isRequest(message) ? message.params?.requestState : undefined
    if (typeof state !== 'string') return undefined
    const key = digest(state)
    const child = this.#issuers.get(key)
    this.#issuers.delete(key)
    return child?.gone ? undefined : child
  }
}

const digest = (state: string) => createHash('sha256').update(state).digest('base64url')
