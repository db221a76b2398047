import { now } from '../../process/clock.ts'

interface Peer {
  heard: number
  /** It has let others wait, and has not been heard since. */
  slow: boolean
  about: unknown
}

/** Milliseconds between two signs of life: at least, and for each peer, for Redis brings each to all of them. */
const beat = { least: 3_000, each: 20 } as const

/** Signs of life that have not come after which a process is taken for gone. */
const missing = 3.3

/** The other processes that have been heard of. */
export class RedisPeers {
  readonly #all = new Map<string, Peer>()

  get names(): string[] {
    return [...this.#all.keys()]
  }

  /** Milliseconds between two signs of life of a process to the others. */
  get beat(): number {
    return Math.max(beat.least, beat.each * this.#all.size)
  }

  has(name: string): boolean {
    return this.#all.has(name)
  }

  /** @param about what it has said of itself; nothing where it has said something else. */
  heard(name: string, about?: { readonly said: unknown }): void {
    const before = this.#all.get(name)?.about
    this.#all.set(name, { heard: now(), slow: false, about: about ? about.said : before })
    const longAgo = now() - 10 * missing * this.beat
    for (const [other, { heard }] of this.#all) if (heard < longAgo) this.#all.delete(other)
  }

  /** @param hears since when others can be heard: before that, silence says nothing of them. */
  isSilent(name: string, hears: number): boolean {
    const heard = this.#all.get(name)?.heard ?? Number.NEGATIVE_INFINITY
    return now() - Math.max(heard, hears) >= missing * this.beat
  }

  isSlow(name: string): boolean {
    return this.#all.get(name)?.slow === true
  }

  /** It has let others wait. */
  noteSlow(name: string): void {
    const peer = this.#all.get(name)
    if (peer) peer.slow = true
  }

  gone(name: string): void {
    this.#all.delete(name)
  }

  about(name: string): unknown {
    return this.#all.get(name)?.about
  }
}
