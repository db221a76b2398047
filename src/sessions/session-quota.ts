import {
  errorCodes,
  errorReply,
  type JsonRpcError,
  type JsonRpcRequest,
  type RequestId,
} from '../protocol/jsonrpc.ts'
import { Budget, type Holder, sizeOf } from './budget.ts'

/** What one session may have the runner do and keep for it. */
export const sessionLimits = {
  /** Calls being answered at once. */
  calls: 1_000,
  /** Characters of an `initialize`, which is kept as long as the session. */
  introduction: 64 * 1024,
  /** Resources subscribed to, and characters of their URIs. */
  subscriptions: 1_000,
  uris: 1024 * 1024,
} as const

/** What all sessions of this process have it keep for them. */
const shared = new Budget()

/** Counts what is kept for one session, and says when it asks for too much. */
export class SessionQuota implements Holder {
  /** What is kept for one caller is weighed together, where callers are known. */
  owner: unknown = this
  readonly #end: () => boolean
  readonly #budget: Budget
  readonly #uris = new Set<string>()
  /** Subscriptions that the server has not agreed to yet. */
  readonly #asked = new Map<RequestId, string>()
  #uriSize = 0
  #introduction = 0

  /** @param end ends the session; `false` when it is being served, and so has to stay. */
  constructor(end: () => boolean, budget = shared) {
    this.#end = end
    this.#budget = budget
  }

  /**
   * What a request is answered with that asks for too much; nothing when it does not.
   * @param calls how many are being answered.
   */
  refusal(request: JsonRpcRequest, calls: number): JsonRpcError | undefined {
    const fault = calls >= sessionLimits.calls ? tooManyCalls : this.#faultOf(request)
    if (fault === undefined) return undefined
    const code = fault === full || fault === tooManyCalls ? errorCodes.server : errorCodes.invalidParams
    return errorReply(request.id, code, fault)
  }

  /** The server has answered: what it has refused to do need not be remembered. */
  answered(id: RequestId, failed: boolean): void {
    const uri = this.#asked.get(id)
    if (uri === undefined) return
    this.#asked.delete(id)
    if (failed) this.#forget(uri)
  }

  /** Whether there is room for so many characters more, which are then taken; fewer, when negative. */
  readonly fits = (more: number): boolean => {
    if (more <= 0) {
      this.#budget.release(this, -more)
      return true
    }
    this.#budget.hold(this, more)
    if (this.#budget.used <= this.#budget.limit) return true
    this.#budget.release(this, more)
    return false
  }

  giveUp(): boolean {
    return this.#end()
  }

  /** The session has ended. */
  release(): void {
    this.#budget.release(this)
  }

  #faultOf({ id, method, params }: JsonRpcRequest): string | undefined {
    if (method === 'initialize') return this.#introduce(sizeOf(params, sessionLimits.introduction))
    const uri = params?.uri
    if (typeof uri !== 'string') return undefined
    if (method === 'resources/unsubscribe') this.#forget(uri)
    return method === 'resources/subscribe' ? this.#subscribe(id, uri) : undefined
  }

  #introduce(size: number): string | undefined {
    if (size > sessionLimits.introduction) return 'an initialize request can have at most 64 KiB'
    if (!this.fits(size - this.#introduction)) return full
    this.#introduction = size
    return undefined
  }

  #subscribe(id: RequestId, uri: string): string | undefined {
    if (this.#uris.has(uri)) return undefined
    const many = this.#uris.size >= sessionLimits.subscriptions
    if (many || this.#uriSize + uri.length > sessionLimits.uris) return tooManySubscriptions
    if (!this.fits(uri.length)) return full
    this.#uris.add(uri)
    this.#uriSize += uri.length
    this.#asked.set(id, uri)
    return undefined
  }

  #forget(uri: string): void {
    if (!this.#uris.delete(uri)) return
    this.#uriSize -= uri.length
    this.fits(-uri.length)
  }
}

const tooManyCalls = `at most ${sessionLimits.calls} concurrent calls per session: wait for some of them`
const tooManySubscriptions = `a session may subscribe to ${sessionLimits.subscriptions} resources, and to 1 MiB of URIs`
const full = 'the memory for sessions is full: try again later'
