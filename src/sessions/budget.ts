import { getHeapStatistics } from 'node:v8'

/** Something that keeps bytes of a budget for a client. */
export interface Holder {
  /** Whose it is: what belongs to one owner is weighed together. */
  readonly owner: unknown
  /** Gives up what it can spare most easily. Returns `false` when there is nothing that it could. */
  giveUp(): boolean
}

/** Bytes that a store of this process may keep at the most: an eighth of Node's heap, and never more than this. */
const storeLimit = 64 * 1024 * 1024

const limitOfStore = () => Math.min(storeLimit, getHeapStatistics().heap_size_limit / 8)

/**
 * Bytes that one kind of store may take in the whole process, whoever keeps them. Beyond it whoever keeps most gives
 * up, and of several alike the one that has been idle longest, so that a client who fills a store loses its own.
 */
export class Budget {
  /** By holder; the one that has been idle longest comes first. */
  readonly #held = new Map<Holder, number>()
  #limit: number | undefined
  #used = 0

  /** @param limit bytes; by default what suits the heap that Node has been given. */
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

  /** The holder keeps so many bytes more. What has to give way for them, even of its own, has done so afterwards. */
  hold(holder: Holder, bytes: number): void {
    const before = this.#held.get(holder) ?? 0
    this.#held.delete(holder)
    this.#held.set(holder, before + bytes)
    this.#used += bytes
    if (this.#used > this.limit) this.#shrink(holder)
  }

  /** The holder keeps so many bytes less; all that it has, when it does not say how many. */
  release(holder: Holder, bytes = Number.POSITIVE_INFINITY): void {
    const before = this.#held.get(holder) ?? 0
    const less = Math.min(bytes, before)
    this.#used -= less
    if (less === before) this.#held.delete(holder)
    else this.#held.set(holder, before - less)
  }

  /** A little further than it must, so that a full store is not sorted for every byte. */
  #shrink(cause: Holder): void {
    const enough = this.limit * 0.9
    for (const holder of this.#mostFirst(cause.owner)) {
      while (this.#used > enough && this.#held.has(holder) && holder.giveUp());
      if (this.#used <= enough) return
    }
  }

  /** Holders of whoever keeps most come first, and none of those who keep less than `owner` does. */
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

/** Owners are alike within a power of two, and then the one that has been idle longest comes first. */
const magnitude = (bytes: number) => Math.floor(Math.log2(bytes + 1))

/**
 * About how many characters of JSON a parsed value takes; no more than a little above `enough`, where counting ends.
 * Without recursion, since clients nest their messages as deeply as they like.
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
