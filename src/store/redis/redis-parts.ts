import type { HeldSessions } from './held-sessions.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisHealth } from './redis-health.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { Seal } from './seal.ts'

/** The parts of a Redis store. */
export interface RedisParts {
  readonly link: RedisLink
  readonly keys: RedisKeys
  readonly seal: Seal
  readonly bus: RedisBus
  readonly held: HeldSessions
  readonly health: RedisHealth
  /** Seconds after which an unused session expires. */
  readonly expiry: number
}
