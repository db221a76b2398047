import type { ClusterOptions, Redis } from 'ioredis'
import type { RedisAddress } from '../../../options/checks/redis-url.ts'
import { type Connections, credentials, limits, optionsFor } from './connection-options.ts'
import { loadIoredis } from './load-ioredis.ts'
import type { RedisConfig } from './redis-config.ts'

/** Refresh interval of the cluster's slot map in milliseconds. */
const slots = 5_000

/** Cluster nodes forward published messages to each other, so subscribing to one node is enough. */
export function connectCluster(config: RedisConfig, { tls, hosts, ...given }: RedisAddress): Connections {
  const { Cluster: Nodes, Redis: Client } = loadIoredis()
  const own = { ...optionsFor(config), ...credentials(config, given), ...(tls && { tls: {} }) }
  const { lazyConnect, retryStrategy: _, ...ofNode } = own
  const options: ClusterOptions = {
    redisOptions: { ...ofNode, commandTimeout: limits.greeting },
    lazyConnect: lazyConnect === true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    slotsRefreshInterval: slots,
    // No retries: a lost command may have been executed.
    retryDelayOnFailover: 0,
    clusterRetryStrategy: (times) => Math.min(times * 50, limits.retry),
    // A certificate is issued for the name of a node.
    ...(tls && {
      dnsLookup: (address: string, found: (error: null, address: string) => void) => found(null, address),
    }),
  }
  const hearing: Redis = new Client({
    ...own,
    ...hosts[0],
    autoResubscribe: false,
    retryStrategy: (times) => {
      // Try another node.
      Object.assign(hearing.options, hosts[times % hosts.length])
      return Math.min(times * 50, limits.retry)
    },
  })
  return {
    commands: new Nodes(
      hosts.map((host) => ({ ...host })),
      options,
    ),
    hearing,
  }
}
