import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Milliseconds between two looks at whether the last process that offers something else is gone. */
const look = 1_000

/** What a process offers that has not said it yet. */
const unsaid = '?'

/** What each replica offers, by which a deploy can be told from a time at which all run the same code. */
export class RedisOffers {
  readonly #parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus }
  #own: string | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  /** Whether any has offered something else since all offered the same. */
  #differed = false
  /** Whether some offer something else; as long as that is not known, they may. */
  mixed = true
  /** Is told when no longer, and whether any did. */
  settled: (differed: boolean) => void = () => undefined

  constructor(parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus }) {
    this.#parts = parts
    parts.bus.on('bye', () => void this.look())
    parts.bus.on('offer', () => {
      this.mixed = true
      void this.look()
    })
  }

  /** Before this process answers anybody, others know that it may offer something else. */
  async begin(): Promise<void> {
    const { link, keys, bus } = this.#parts
    await link.each((pipeline) => pipeline.hset(keys.offers, bus.name, unsaid))
    await bus.tellAll('offer')
  }

  /** From now on others know what this process offers. @param digest empty for one that cannot say. */
  introduce(digest: string): void {
    this.#own = digest
    void this.look().then(() => this.#parts.bus.tellAll('offer'))
  }

  /** Finds out again whether all offer the same. Never rejects: what Redis cannot say is asked again. */
  look(): Promise<void> {
    // What was being looked at may have been so before.
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

  /** What the others offer that live; nothing as long as some may not have said it again. */
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

/** What a process cannot say differs from nothing. */
const isSame = (one: string, other: string) => one === '' || other === '' || one === other
