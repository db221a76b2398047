import type { Change } from '../../protocol/source.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { Seal } from './seal.ts'

/** Changes that are remembered at most. */
const limit = 1_000

/** What has changed for all sessions, which clients without a stream are told of when they open one. */
export class RedisChanges {
  readonly #parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; seal: Seal; expiry: number }
  /** Where the last one is that this process has heard of. */
  last = '0'

  constructor(parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; seal: Seal; expiry: number }) {
    this.#parts = parts
  }

  /** Finds out what there was before this process. */
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

  /** What has changed since, each once. @throws Error when Redis cannot say. */
  async since(at: string): Promise<Change[]> {
    const { link, keys, seal } = this.#parts
    const [found] = await link.each((pipeline) => pipeline.xrange(keys.changes, `(${at}`, '+'))
    const texts = (found as [string, string[]][]).map(([, [, sealed = '']]) =>
      seal.open(sealed, keys.changes),
    )
    return [...new Set(texts)].map((text) => JSON.parse(text) as Change)
  }
}

/** Positions in a stream are two numbers. */
function isLater(one: string, other: string): boolean {
  const [time = 0, count = 0] = one.split('-').map(Number)
  const [otherTime = 0, otherCount = 0] = other.split('-').map(Number)
  return time > otherTime || (time === otherTime && count > otherCount)
}
