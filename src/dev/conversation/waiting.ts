import type { MessageExtra } from '../../protocol/channel.ts'
import {
  isRequest,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import { Budget, type Holder, sizeOf } from '../../sessions/budget.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'

/** Maximum waiting messages of one client, equal to the call limit of a session. */
const countLimit = 1_000
/** Bytes that a message is charged for besides its text. */
const overhead = 500

export const tooMuchWaits = 'Too many messages are waiting for the server to load: try again later'

/** The budget of all clients' waiting messages. */
const shared = new Budget()

interface Kept {
  readonly message: JsonRpcMessage
  readonly extra: MessageExtra | undefined
  readonly bytes: number
}

/** The messages that one client sent while there was no generation. */
export class WaitingMessages implements Holder {
  readonly owner = this
  readonly #refuse: (request: JsonRpcRequest) => void
  #kept: Kept[] = []

  /** @param refuse answers a request that was evicted. */
  constructor(refuse: (request: JsonRpcRequest) => void) {
    this.#refuse = refuse
  }

  add(message: JsonRpcMessage, extra: MessageExtra | undefined): void {
    const bytes = overhead + sizeOf(message)
    this.#kept.push({ message, extra, bytes })
    if (this.#kept.length > countLimit) this.evict()
    shared.hold(this, bytes)
  }

  /** Removes and returns all of them. */
  take(): readonly Kept[] {
    shared.release(this)
    return this.#kept.splice(0)
  }

  /** Removes a request that was cancelled. */
  remove(id: RequestId): void {
    const at = this.#kept.findIndex(({ message }) => isRequest(message) && message.id === id)
    if (at < 0) return
    const [gone] = this.#kept.splice(at, 1)
    shared.release(this, gone?.bytes)
  }

  evict(): boolean {
    const oldest = this.#kept.shift()
    if (!oldest) return false
    shared.release(this, oldest.bytes)
    if (isRequest(oldest.message)) this.#refuse(oldest.message)
    return true
  }
}

/** Maximum number of waiters, the same as while `fastmcp run` loads. */
const waitingLimit = 256

/** Callers that wait for a generation that can serve. */
export class GenerationWaiters {
  #waiting: ((outcome: GenerationHandle | string) => void)[] = []

  /** Resolves with the next generation, or with the reason why there is none. */
  next(): Promise<GenerationHandle | string> {
    if (this.#waiting.length >= waitingLimit)
      return Promise.resolve('Too many requests are waiting for the server to load')
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  settle(outcome: GenerationHandle | string): void {
    for (const resolve of this.#waiting.splice(0)) resolve(outcome)
  }
}
