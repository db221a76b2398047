import { now, within } from '../process/clock.ts'
import type { JsonRpcRequest, RequestId } from '../protocol/jsonrpc.ts'

/** The weight of the latest call in the moving average of durations. */
const weight = 0.05

/** Counts calls in flight, so that a stop can wait for them. */
export class InFlight {
  #count = 0
  /** Moving averages of the duration and of its square. */
  #took = 0
  #square = 0
  #waiters: (() => void)[] = []

  get count(): number {
    return this.#count
  }

  /**
   * Expected remaining milliseconds of a call in flight, from recent durations. Calls seen in flight tend to be long
   * ones, hence the square.
   */
  get remaining(): number {
    return this.#took === 0 ? 0 : this.#square / (2 * this.#took)
  }

  begin(): void {
    this.#count++
  }

  /** @param took duration in milliseconds, if it is representative of other calls. */
  end(took?: number): void {
    this.#count--
    if (took !== undefined) {
      this.#took += (took - this.#took) * weight
      this.#square += (took * took - this.#square) * weight
    }
    if (this.#count > 0) return
    for (const wake of this.#waiters.splice(0)) wake()
  }

  /** Resolves `true` once nothing is in flight, or `false` after `limit` milliseconds. */
  async drained(limit: number): Promise<boolean> {
    if (this.#count === 0) return true
    const drained = new Promise<boolean>((resolve) => {
      this.#waiters.push(() => resolve(true))
    })
    return within(drained, limit, false)
  }
}

/** Maximum requests of one session that wait because their id is in use. */
const heldLimit = 100

/** The requests in flight of one session, and those that wait because their id is in use. */
export class Calls {
  readonly #inFlight: InFlight
  /** When each started. */
  readonly #begun = new Map<RequestId, number>()
  #listening: Set<RequestId> | undefined
  #held: Map<RequestId, (() => void)[]> | undefined
  #heldCount = 0
  #last = 0

  constructor(inFlight: InFlight) {
    this.#inFlight = inFlight
  }

  /** The number of requests in flight. */
  get size(): number {
    return this.#begun.size
  }

  /** When the most recent request in flight started. */
  get since(): number | undefined {
    return this.#begun.size > 0 ? this.#last : undefined
  }

  has(id: RequestId): boolean {
    return this.#begun.has(id)
  }

  ids(): RequestId[] {
    return [...this.#begun.keys()]
  }

  begin({ id, method }: JsonRpcRequest): void {
    this.#last = now()
    this.#begun.set(id, this.#last)
    // A subscription is only answered when it ends, so it does not count as in flight.
    if (method !== 'subscriptions/listen') return this.#inFlight.begin()
    this.#listening ??= new Set()
    this.#listening.add(id)
  }

  /** Removes a request; `false` if it was not in flight. */
  settle(id: RequestId): boolean {
    const begun = this.#begun.get(id)
    this.#begun.delete(id)
    if (begun !== undefined && !this.#listening?.delete(id)) this.#inFlight.end(now() - begun)
    if (this.#held) this.#letGo(id, this.#held)
    return begun !== undefined
  }

  #letGo(id: RequestId, all: Map<RequestId, (() => void)[]>): void {
    const held = all.get(id)?.shift()
    if (held) {
      this.#heldCount--
      queueMicrotask(held)
    } else all.delete(id)
  }

  /** Queues a request until the one with the same id is answered; `false` if too many are queued. */
  hold(id: RequestId, go: () => void): boolean {
    if (this.#heldCount >= heldLimit) return false
    this.#heldCount++
    this.#held ??= new Map()
    const waiting = this.#held.get(id) ?? []
    waiting.push(go)
    this.#held.set(id, waiting)
    return true
  }

  /** Called when nothing will be answered any more. */
  clear(): void {
    this.#held = undefined
    this.#heldCount = 0
    for (const id of this.ids()) this.settle(id)
  }
}
