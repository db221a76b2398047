import type { ClusterOptions, Redis } from 'ioredis'
import type { RedisAddress } from '../../../options/checks/redis-url.ts'
import { type Connections, credentials, limits, optionsFor } from './connection-options.ts'
import { loadIoredis } from './load-ioredis.ts'
import type { RedisConfig } from './redis-config.ts'

/** Milliseconds between two looks at which node of a cluster has what. */
const slots = 5_000

/** What is said in a cluster all of its nodes pass on, so that one of them is heard. */
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
    // What was lost on the way may have been done.
    retryDelayOnFailover: 0,
    clusterRetryStrategy: (times) => Math.min(times * 50, limits.retry),
    // A certificate is for the name of a node.
    ...(tls && {
      dnsLookup: (address: string, found: (error: null, address: string) => void) => found(null, address),
    }),
  }
  const hearing: Redis = new Client({
    ...own,
    ...hosts[0],
    autoResubscribe: false,
    retryStrategy: (times) => {
      // Another node may be there.
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
