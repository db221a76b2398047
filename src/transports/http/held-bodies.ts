/** Bytes of requests that may be half read at once, all clients together; of two whole ones if that is more. */
export const heldLimit = 64 * 1024 * 1024
/** Bytes of one that count for nothing: most requests are read in one piece. */
const small = 64 * 1024

/** Those that are half read, the one that has been silent longest first. */
const bodies = new Set<HeldBody>()
let total = 0

/** What has been read of one request, of which the rest is still to come. */
export class HeldBody {
  readonly #limit: number
  readonly #giveWay: () => void
  #size = 0

  /**
   * @param most bytes that this request may have in the end.
   * @param giveWay is called when others need the room, and this one has been silent longest.
   */
  constructor(most: number, giveWay: () => void) {
    this.#limit = Math.max(heldLimit, 2 * most)
    this.#giveWay = giveWay
  }

  get size(): number {
    return this.#size
  }

  add(bytes: number): void {
    if (bodies.delete(this)) total -= this.#size
    this.#size += bytes
    if (this.#size <= small) return
    bodies.add(this)
    total += this.#size
    for (const silent of bodies) {
      if (total <= this.#limit) return
      silent.release()
      silent.#giveWay()
    }
  }

  release(): void {
    if (bodies.delete(this)) total -= this.#size
    this.#size = 0
  }
}
