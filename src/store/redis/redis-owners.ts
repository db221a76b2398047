import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Seconds for which a takeover of a session from a dead process is remembered. */
const takenFor = 60

/** The owners of sessions whose server holds state in memory. */
export class RedisOwners {
  readonly #parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; expiry: number }
  readonly #own = new Set<string>()

  constructor(parts: { link: RedisLink; keys: RedisKeys; bus: RedisBus; expiry: number }) {
    this.#parts = parts
  }

  /** @throws Error if Redis fails. */
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

  /** The first of several processes that find the owner dead takes over. */
  async #takeOver(key: string, gone: string): Promise<string> {
    const { link, keys, bus, expiry } = this.#parts
    const { owner } = keys.session(key)
    const [, first] = await link.all((multi) =>
      multi.set(`${owner}:${gone}`, bus.name, 'EX', takenFor, 'NX').get(`${owner}:${gone}`),
    )
    if (first === bus.name) await link.each((pipeline) => pipeline.set(owner, bus.name, 'EX', expiry))
    return String(first)
  }

  /** Releases it, so that another process may claim it. */
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
