import {
  errorCodes,
  errorReply,
  type JsonRpcError,
  type JsonRpcRequest,
  type RequestId,
} from '../protocol/jsonrpc.ts'
import { Budget, type Holder, sizeOf } from './budget.ts'

/** Limits of what one session may make the runner do and store. */
export const sessionLimits = {
  /** Concurrent calls. */
  calls: 1_000,
  /** Characters of an `initialize`, which is stored as long as the session. */
  introduction: 64 * 1024,
  /** Subscriptions, and characters of their URIs. */
  subscriptions: 1_000,
  uris: 1024 * 1024,
} as const

/** The budget of all sessions of this process. */
const shared = new Budget()

/** Tracks the usage of one session, and refuses requests beyond its limits. */
export class SessionQuota implements Holder {
  /** The sessions of one caller share a budget, if callers are authenticated. */
  owner: unknown = this
  readonly #end: () => boolean
  readonly #budget: Budget
  readonly #uris = new Set<string>()
  /** Subscriptions that the server has not confirmed yet. */
  readonly #asked = new Map<RequestId, string>()
  #uriSize = 0
  #introduction = 0

  /** @param end ends the session; `false` if it is busy and must stay. */
  constructor(end: () => boolean, budget = shared) {
    this.#end = end
    this.#budget = budget
  }

  /**
   * The error for a request beyond the limits; otherwise undefined.
   * @param calls the number of calls in flight.
   */
  refusal(request: JsonRpcRequest, calls: number): JsonRpcError | undefined {
    const fault = calls >= sessionLimits.calls ? tooManyCalls : this.#faultOf(request)
    if (fault === undefined) return undefined
    const code = fault === full || fault === tooManyCalls ? errorCodes.server : errorCodes.invalidParams
    return errorReply(request.id, code, fault)
  }

  /** Called when the server has answered: a refused subscription is no longer counted. */
  answered(id: RequestId, failed: boolean): void {
    const uri = this.#asked.get(id)
    if (uri === undefined) return
    this.#asked.delete(id)
    if (failed) this.#forget(uri)
  }

  /** Reserves that many characters, or releases them if negative; `false` if there is no room. */
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

  evict(): boolean {
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
