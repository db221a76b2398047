import type { HeldSessions } from './held-sessions.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisHealth } from './redis-health.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { Seal } from './seal.ts'

/** What a store in Redis consists of. */
export interface RedisParts {
  readonly link: RedisLink
  readonly keys: RedisKeys
  readonly seal: Seal
  readonly bus: RedisBus
  readonly held: HeldSessions
  readonly health: RedisHealth
  /** Seconds after which a session that nobody has used is forgotten. */
  readonly expiry: number
}
