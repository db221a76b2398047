import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Polling interval in milliseconds for the end of the last process with a different offer. */
const look = 1_000

/** The offer of a process that has not announced it yet. */
const unsaid = '?'

/** Compares the offers of all replicas, to detect a deploy in progress. */
export class RedisOffers {
  readonly #parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus }
  #own: string | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  /** Whether any process has differed since all were the same. */
  #differed = false
  /** Whether some offer something else; true as long as that is unknown. */
  mixed = true
  /** Called when that is over, with whether any process differed. */
  settled: (differed: boolean) => void = () => undefined

  constructor(parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus }) {
    this.#parts = parts
    parts.bus.on('bye', () => void this.look())
    parts.bus.on('offer', () => {
      this.mixed = true
      void this.look()
    })
  }

  /** Announces, before this process serves, that it may offer something else. */
  async begin(): Promise<void> {
    const { link, keys, bus } = this.#parts
    await link.each((pipeline) => pipeline.hset(keys.offers, bus.name, unsaid))
    await bus.tellAll('offer')
  }

  /** Publishes what this process offers. @param digest empty if unknown. */
  introduce(digest: string): void {
    this.#own = digest
    void this.look().then(() => this.#parts.bus.tellAll('offer'))
  }

  /** Compares the offers again. Never rejects: a failure is retried. */
  look(): Promise<void> {
    // A comparison in progress may have used old data, so another one follows.
    this.#looking = this.#looking.then(() => this.#lookNow())
    return this.#looking
  }

  async #lookNow(): Promise<void> {
    if (this.#own === undefined) return
    const others = await this.#others(this.#own).catch(() => undefined)
    const different = others?.filter((offer) => !isSame(offer, this.#own ?? ''))
    if (different?.some((offer) => offer !== unsaid)) this.#differed = true
    const settles = this.mixed && different?.length === 0
    if (different) this.mixed = different.length > 0
    clearInterval(this.#timer)
    if (this.mixed) this.#timer = setInterval(() => void this.look(), look).unref()
    if (!settles) return
    this.settled(this.#differed)
    this.#differed = false
  }

  /** The offers of the other live processes; undefined while some may not have announced theirs again. */
  async #others(own: string): Promise<string[] | undefined> {
    const { link, keys, bus } = this.#parts
    const [, all, filling] = await link.each((pipeline) =>
      pipeline.hset(keys.offers, bus.name, own).hgetall(keys.offers).exists(keys.filling),
    )
    const others = Object.entries(all as Record<string, string>).filter(([name]) => name !== bus.name)
    const asking = others.map(([name]) => keys.lease(name))
    const leases =
      asking.length === 0
        ? []
        : await link.each((pipeline) => asking.reduce((asked, key) => asked.exists(key), pipeline))
    const gone = others.filter((_, at) => leases[at] !== 1).map(([name]) => name)
    if (gone.length > 0) await link.each((pipeline) => pipeline.hdel(keys.offers, ...gone))
    const offers = others.filter(([name]) => !gone.includes(name)).map(([, offer]) => offer)
    return filling === 1 && offers.every((offer) => isSame(offer, own)) ? undefined : offers
  }
}

/** An unknown offer counts as equal to any. */
const isSame = (one: string, other: string) => one === '' || other === '' || one === other
