import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Seconds for which it is remembered who has taken a session over from a process that is gone. */
const takenFor = 60

/** Who alone serves a session whose server has a memory of its own. */
export class RedisOwners {
  readonly #parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; expiry: number }
  readonly #own = new Set<string>()

  constructor(parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; expiry: number }) {
    this.#parts = parts
  }

  /** @throws Error when Redis cannot say. */
  async claim(key: string): Promise<string> {
    const { link, keys, bus, expiry } = this.#parts
    const { owner } = keys.session(key)
    const [, found] = await link.all((multi) => multi.set(owner, bus.name, 'EX', expiry, 'NX').get(owner))
    const name = String(found)
    const taken = name === bus.name || (await this.#lives(name)) ? name : await this.#takeOver(key, name)
    if (taken === bus.name) this.#own.add(key)
    return taken
  }

  async #lives(name: string): Promise<boolean> {
    const { link, keys, bus } = this.#parts
    if (!bus.lives(name)) return false
    const [lease] = await link.each((pipeline) => pipeline.exists(keys.lease(name)))
    return lease === 1
  }

  /** Of several that find the owner gone, the first one has it. */
  async #takeOver(key: string, gone: string): Promise<string> {
    const { link, keys, bus, expiry } = this.#parts
    const { owner } = keys.session(key)
    const [, first] = await link.all((multi) =>
      multi.set(`${owner}:${gone}`, bus.name, 'EX', takenFor, 'NX').get(`${owner}:${gone}`),
    )
    if (first === bus.name) await link.each((pipeline) => pipeline.set(owner, bus.name, 'EX', expiry))
    return String(first)
  }

  /** Another may have it. */
  async left(key: string): Promise<void> {
    const { link, keys, bus } = this.#parts
    const { holders, owner } = keys.session(key)
    const own = this.#own.delete(key)
    await link
      .each((pipeline) => {
        pipeline.srem(holders, bus.name)
        return own ? pipeline.del(owner) : pipeline
      })
      .catch(() => undefined)
  }
}
