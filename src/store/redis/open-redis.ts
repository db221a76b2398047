import { CliError, exitCodes } from '../../terminal/errors.ts'
import { HeldSessions } from './held-sessions.ts'
import { type Log, type RedisConfig, shownRedisUrl } from './link/redis-config.ts'
import { RedisLink } from './link/redis-link.ts'
import { RedisBus } from './redis-bus.ts'
import { RedisChanges } from './redis-changes.ts'
import { RedisHealth } from './redis-health.ts'
import { RedisKeys } from './redis-keys.ts'
import { RedisOffers } from './redis-offers.ts'
import { RedisOwners } from './redis-owners.ts'
import { RedisSiblings } from './redis-siblings.ts'
import { RedisStore } from './redis-store.ts'
import { resync } from './resync.ts'
import { sealWith } from './seal.ts'
import { StreamHomes } from './stream-homes.ts'

export interface RedisOptions {
  readonly config: RedisConfig
  /** The name of this process in the ids that it issues: random at each start, and never reused. */
  readonly name: string
  /** Seconds after which an unused session expires. */
  readonly expiry: number
  readonly log: Log
}

/** A store in Redis, with the message bus of its processes. */
export interface OpenedRedis {
  readonly store: RedisStore
  readonly bus: RedisBus
  readonly health: RedisHealth
}

/**
 * Opens the shared store. If Redis is unreachable, it keeps trying; calls without a session are answered meanwhile.
 * @throws CliError (exit 2) when ioredis is missing; (exit 4) when Redis refuses this user.
 */
export async function openRedis({ config, name, expiry, log }: RedisOptions): Promise<OpenedRedis> {
  const link = new RedisLink(config, log)
  const [keys, seal, held] = [new RedisKeys(config.prefix), sealWith(config.clusterKey), new HeldSessions()]
  const bus = new RedisBus(name, link, keys, seal)
  const parts = { link, keys, seal, bus, held, expiry }
  const health = new RedisHealth(parts)
  const changes = new RedisChanges(parts)
  const homes = new StreamHomes({ ...parts, changes })
  const [owners, offers] = [new RedisOwners(parts), new RedisOffers(parts)]
  const siblings = new RedisSiblings({ bus, held, changes, homes, owners, offers })
  // Registered first, so that it runs before everything is written again.
  health.onBack(() => resync(parts, siblings))
  const store = new RedisStore({ ...parts, health }, siblings)
  health.onBack(async () => {
    await changes.begin()
    await homes.again()
    await offers.look()
  })
  try {
    await health.open()
    await changes.begin()
    await offers.begin()
  } catch {
    if (link.lasting) {
      link.close()
      const words = `--redis: cannot use ${shownRedisUrl(config.url)}: ${link.fault}`
      throw new CliError(exitCodes.listen, words)
    }
  }
  link.begin()
  return { store, bus, health }
}
