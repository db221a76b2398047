import type { MessageExtra } from '../../protocol/channel.ts'
import {
  isRequest,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import { Budget, type Holder, sizeOf } from '../../sessions/budget.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'

/** Messages of one client that may wait; its session lets it have no more calls than that. */
const countLimit = 1_000
/** Bytes that a message counts for beside its text. */
const overhead = 500

export const tooMuchWaits = 'Too many messages are waiting for the server to load: try again later'

/** What waits of all clients together. */
const shared = new Budget()

interface Kept {
  readonly message: JsonRpcMessage
  readonly extra: MessageExtra | undefined
  readonly bytes: number
}

/** What one client has sent while there was no generation to take it. */
export class WaitingMessages implements Holder {
  readonly owner = this
  readonly #refuse: (request: JsonRpcRequest) => void
  #kept: Kept[] = []

  /** @param refuse answers a request for which there is no room any more. */
  constructor(refuse: (request: JsonRpcRequest) => void) {
    this.#refuse = refuse
  }

  add(message: JsonRpcMessage, extra: MessageExtra | undefined): void {
    const bytes = overhead + sizeOf(message)
    this.#kept.push({ message, extra, bytes })
    if (this.#kept.length > countLimit) this.evict()
    shared.hold(this, bytes)
  }

  /** All of them, which wait no longer. */
  take(): readonly Kept[] {
    shared.release(this)
    return this.#kept.splice(0)
  }

  /** A request that has been cancelled. */
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

/** Those who may wait at once, as many as while `fastmcp run` loads. */
const waitingLimit = 256

/** Those who wait for a generation that can serve. */
export class GenerationWaiters {
  #waiting: ((outcome: GenerationHandle | string) => void)[] = []

  /** Resolves with the next generation, or with why there is none. */
  next(): Promise<GenerationHandle | string> {
    if (this.#waiting.length >= waitingLimit)
      return Promise.resolve('Too many requests are waiting for the server to load')
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  settle(outcome: GenerationHandle | string): void {
    for (const resolve of this.#waiting.splice(0)) resolve(outcome)
  }
}
