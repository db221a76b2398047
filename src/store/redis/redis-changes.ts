import type { Change } from '../../protocol/source.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { Seal } from './seal.ts'

/** Maximum number of remembered changes. */
const limit = 1_000

/** Changes that concern all sessions, of which clients without a stream are notified when they open one. */
export class RedisChanges {
  readonly #parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; seal: Seal; expiry: number }
  /** The position of the last one that this process knows. */
  last = '0'

  constructor(parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; seal: Seal; expiry: number }) {
    this.#parts = parts
  }

  /** Reads the current position. */
  async begin(): Promise<void> {
    const { link, keys } = this.#parts
    const [found] = await link.each((pipeline) => pipeline.xrevrange(keys.changes, '+', '-', 'COUNT', 1))
    this.heard((found as [string, string[]][])[0]?.[0])
  }

  heard(at: unknown): void {
    if (typeof at === 'string' && isLater(at, this.last)) this.last = at
  }

  async announce(change: Change): Promise<void> {
    const { link, keys, bus, seal, expiry } = this.#parts
    const text = seal.close(JSON.stringify(change), keys.changes)
    const added = await link
      .each((pipeline) =>
        pipeline.xadd(keys.changes, 'MAXLEN', '~', limit, '*', 'c', text).expire(keys.changes, expiry),
      )
      .catch(() => [])
    this.heard(added[0])
    await bus.tellAll('offers', change, added[0])
  }

  /** The changes since a position, without duplicates. @throws Error if Redis fails. */
  async since(at: string): Promise<Change[]> {
    const { link, keys, seal } = this.#parts
    const [found] = await link.each((pipeline) => pipeline.xrange(keys.changes, `(${at}`, '+'))
    const texts = (found as [string, string[]][]).map(([, [, sealed = '']]) =>
      seal.open(sealed, keys.changes),
    )
    return [...new Set(texts)].map((text) => JSON.parse(text) as Change)
  }
}

/** A position in a Redis stream is a pair of numbers. */
function isLater(one: string, other: string): boolean {
  const [time = 0, count = 0] = one.split('-').map(Number)
  const [otherTime = 0, otherCount = 0] = other.split('-').map(Number)
  return time > otherTime || (time === otherTime && count > otherCount)
}
