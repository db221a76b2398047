import { now } from '../../process/clock.ts'

interface Peer {
  heard: number
  /** Whether it has timed out, and has not sent anything since. */
  slow: boolean
  about: unknown
}

/**
 * Heartbeat interval in milliseconds: the minimum, and an addition per peer, since Redis delivers each heartbeat to
 * all.
 */
const heartbeat = { least: 3_000, each: 20 } as const

/** Missed heartbeats after which a process counts as gone. */
const missedLimit = 3.3

/** The other known processes. */
export class RedisPeers {
  readonly #all = new Map<string, Peer>()

  get names(): string[] {
    return [...this.#all.keys()]
  }

  /** Interval of heartbeats between processes in milliseconds. */
  get heartbeatInterval(): number {
    return Math.max(heartbeat.least, heartbeat.each * this.#all.size)
  }

  has(name: string): boolean {
    return this.#all.has(name)
  }

  /** @param about what it announced about itself; undefined for other messages. */
  heard(name: string, about?: { readonly said: unknown }): void {
    const before = this.#all.get(name)?.about
    this.#all.set(name, { heard: now(), slow: false, about: about ? about.said : before })
    const longAgo = now() - 10 * missedLimit * this.heartbeatInterval
    for (const [other, { heard }] of this.#all) if (heard < longAgo) this.#all.delete(other)
  }

  /** @param hears when this process subscribed: before that, silence means nothing. */
  isSilent(name: string, hears: number): boolean {
    const heard = this.#all.get(name)?.heard ?? Number.NEGATIVE_INFINITY
    return now() - Math.max(heard, hears) >= missedLimit * this.heartbeatInterval
  }

  isSlow(name: string): boolean {
    return this.#all.get(name)?.slow === true
  }

  /** Records that it has timed out. */
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
