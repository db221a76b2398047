import type { RedisOptions } from 'ioredis'
import { type RedisAddress, readRedisUrl } from '../../../options/checks/redis-url.ts'
import { connectCluster } from './connect-cluster.ts'
import { type Connections, credentials, limits, optionsFor } from './connection-options.ts'
import { loadIoredis } from './load-ioredis.ts'
import type { RedisConfig } from './redis-config.ts'

/** Creates both connections, without connecting yet. */
export function connectRedis(config: RedisConfig): Connections {
  const address = readRedisUrl(config.url)
  if (address?.kind === 'cluster') return connectCluster(config, address)
  const { Redis: Client } = loadIoredis()
  const make = (own: RedisOptions) => {
    const options = { ...optionsFor(config), ...own }
    return address?.kind === 'sentinel'
      ? new Client({ ...options, ...sentinels(config, address) })
      : new Client(config.url, options)
  }
  return {
    commands: make({ commandTimeout: limits.greeting, enableOfflineQueue: false }),
    hearing: make({ autoResubscribe: false }),
  }
}

/** Options for the current primary that these sentinels name. */
const sentinels = (config: RedisConfig, { tls, hosts, name, ...given }: RedisAddress): RedisOptions => ({
  sentinels: hosts.map((host) => ({ ...host })),
  ...(name !== undefined && { name }),
  ...credentials(config, given),
  ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
  sentinelRetryStrategy: (times) => Math.min(times * 50, limits.retry),
  sentinelCommandTimeout: limits.command,
  // Disconnects from a hanging primary as soon as the sentinels have elected another.
  failoverDetector: true,
})
