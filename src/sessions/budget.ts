import { getHeapStatistics } from 'node:v8'

/** Something that uses bytes of a budget on behalf of a client. */
export interface Holder {
  /** Whose it is: the usage of one owner is added up. */
  readonly owner: unknown
  /** Evicts what it can spare most easily. Returns `false` if there is nothing to evict. */
  evict(): boolean
}

/** Maximum bytes of a budget; by default it is an eighth of Node's heap, but never more than this. */
const storeLimit = 64 * 1024 * 1024

const limitOfStore = () => Math.min(storeLimit, getHeapStatistics().heap_size_limit / 8)

/**
 * A process-wide limit in bytes for one kind of buffer. Beyond it, the owner with the highest usage evicts first, and
 * among similar ones the one that has been idle longest, so that a client that fills a buffer loses its own data.
 */
export class Budget {
  /** By holder; the one idle longest comes first. */
  readonly #held = new Map<Holder, number>()
  #limit: number | undefined
  #used = 0

  /** @param limit bytes; by default derived from Node's heap limit. */
  constructor(limit?: number) {
    this.#limit = limit
  }

  get limit(): number {
    this.#limit ??= limitOfStore()
    return this.#limit
  }

  get used(): number {
    return this.#used
  }

  /** Adds to a holder's usage. Whatever has to be evicted for that, even its own data, is gone afterwards. */
  hold(holder: Holder, bytes: number): void {
    const before = this.#held.get(holder) ?? 0
    this.#held.delete(holder)
    this.#held.set(holder, before + bytes)
    this.#used += bytes
    if (this.#used > this.limit) this.#shrink(holder)
  }

  /** Subtracts from a holder's usage; by default all of it. */
  release(holder: Holder, bytes = Number.POSITIVE_INFINITY): void {
    const before = this.#held.get(holder) ?? 0
    const less = Math.min(bytes, before)
    this.#used -= less
    if (less === before) this.#held.delete(holder)
    else this.#held.set(holder, before - less)
  }

  /** Evicts a little more than necessary, so that a full buffer is not sorted for every byte. */
  #shrink(cause: Holder): void {
    const enough = this.limit * 0.9
    for (const holder of this.#mostFirst(cause.owner)) {
      while (this.#used > enough && this.#held.has(holder) && holder.evict());
      if (this.#used <= enough) return
    }
  }

  /** Holders of the heaviest owners first; owners that use less than `owner` are left out. */
  #mostFirst(owner: unknown): Holder[] {
    const owners = new Map<unknown, { bytes: number; holders: Holder[] }>()
    for (const [holder, bytes] of this.#held) {
      const own = owners.get(holder.owner) ?? { bytes: 0, holders: [] }
      own.bytes += bytes
      own.holders.push(holder)
      owners.set(holder.owner, own)
    }
    const least = magnitude(owners.get(owner)?.bytes ?? 0)
    return [...owners.values()]
      .filter(({ bytes }) => magnitude(bytes) >= least)
      .sort((a, b) => magnitude(b.bytes) - magnitude(a.bytes))
      .flatMap(({ holders }) => holders)
  }
}

/** Owners within a power of two count as equal; among them the one idle longest comes first. */
const magnitude = (bytes: number) => Math.floor(Math.log2(bytes + 1))

/**
 * Approximate JSON length of a parsed value; counting stops a little above `enough`. Not recursive, since clients can
 * nest messages arbitrarily deep.
 */
export function sizeOf(value: unknown, enough = Number.POSITIVE_INFINITY): number {
  const left: unknown[] = [value]
  let size = 0
  while (left.length > 0 && size <= enough) {
    const one = left.pop()
    if (typeof one === 'string') size += one.length + 2
    else if (typeof one === 'object' && one !== null) {
      size += 2
      for (const [key, member] of Object.entries(one)) {
        size += key.length + 4
        left.push(member)
      }
    } else size += 5
  }
  return size
}
