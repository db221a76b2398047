import { now, within } from '../process/clock.ts'
import type { JsonRpcRequest, RequestId } from '../protocol/jsonrpc.ts'

/** How much the newest call counts in what calls take of late. */
const weight = 0.05

/** Counts the calls being answered, so that a stop can wait for them. */
export class InFlight {
  #count = 0
  /** What calls have taken of late, and its square. */
  #took = 0
  #square = 0
  #waiters: (() => void)[] = []

  get count(): number {
    return this.#count
  }

  /**
   * Milliseconds that a call which is being answered still takes, as calls went of late: whoever looks at one is
   * more likely to see a long one.
   */
  get remaining(): number {
    return this.#took === 0 ? 0 : this.#square / (2 * this.#took)
  }

  begin(): void {
    this.#count++
  }

  /** @param took milliseconds, where that tells of other calls. */
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

/** Requests of one session that may wait for another with their id. */
const heldLimit = 100

/** The requests of one session that are being answered, and those that wait because another has their id. */
export class Calls {
  readonly #inFlight: InFlight
  /** When each began. */
  readonly #begun = new Map<RequestId, number>()
  #listening: Set<RequestId> | undefined
  #held: Map<RequestId, (() => void)[]> | undefined
  #heldCount = 0
  #last = 0

  constructor(inFlight: InFlight) {
    this.#inFlight = inFlight
  }

  /** How many are being answered. */
  get size(): number {
    return this.#begun.size
  }

  /** When the last of those began that are being answered. */
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
    // A subscription is answered when it ends, which nobody should wait for.
    if (method !== 'subscriptions/listen') return this.#inFlight.begin()
    this.#listening ??= new Set()
    this.#listening.add(id)
  }

  /** Takes a request off the list; `false` if it was not on it. */
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

  /** Has a request go on once the one that has its id is answered; `false` when too many wait already. */
  hold(id: RequestId, go: () => void): boolean {
    if (this.#heldCount >= heldLimit) return false
    this.#heldCount++
    this.#held ??= new Map()
    const waiting = this.#held.get(id) ?? []
    waiting.push(go)
    this.#held.set(id, waiting)
    return true
  }

  /** Nothing will be answered any more. */
  clear(): void {
    this.#held = undefined
    this.#heldCount = 0
    for (const id of this.ids()) this.settle(id)
  }
}
