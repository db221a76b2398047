import { isRequest, type JsonRpcMessage } from '../jsonrpc.ts'
import type { Child } from './child.ts'

/** Milliseconds a client has to come back to a generation that has been replaced meanwhile. */
export const retryLimit = 30_000
/** States remembered at the most; the oldest gives way. */
const stateLimit = 1_000

/** Which generation a modern client has to come back to: handlers wait for its answers where they began. */
export class Retries {
  readonly #issuers = new Map<string, Child>()

  note(state: string, child: Child): void {
    this.#issuers.set(state, child)
    const [oldest] = this.#issuers.keys()
    if (this.#issuers.size > stateLimit && oldest !== undefined) this.#issuers.delete(oldest)
  }

  /** Whether any client is still to come back to it. */
  expects(child: Child): boolean {
    return [...this.#issuers.values()].includes(child)
  }

  /** The generation that gave out the state which a message brings back, if it is one and still there. */
  take(message: JsonRpcMessage): Child | undefined {
    const state = isRequest(message) ? message.params?.requestState : undefined
    const child = typeof state === 'string' ? this.#issuers.get(state) : undefined
    if (typeof state === 'string') this.#issuers.delete(state)
    return child?.gone ? undefined : child
  }
}
