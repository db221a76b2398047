import type { Cluster, Redis, RedisOptions } from 'ioredis'
import type { RedisAddress } from '../../../options/checks/redis-url.ts'
import type { RedisConfig } from './redis-config.ts'

/**
 * Milliseconds that Redis gets to answer, to be connected to, and to greet; and between two tries at most. That of the
 * greeting is the client's own, and runs also while this process is stopped.
 */
export const limits = { command: 1_000, connect: 2_000, greeting: 10_000, retry: 500 } as const

/** The two connections of a process: one that asks, and one that hears what others say. */
export interface Connections {
  readonly commands: Redis | Cluster
  readonly hearing: Redis
}

/** Who this is to Redis: what stands beside the URL counts more than what stands in it. */
export const credentials = (
  { password }: RedisConfig,
  given: Pick<RedisAddress, 'user' | 'password'>,
): RedisOptions => {
  const word = password ?? given.password
  return {
    ...(given.user !== undefined && { username: given.user }),
    ...(word !== undefined && { password: word }),
  }
}

/** What holds for every connection, of whatever kind. */
export const optionsFor = ({ password }: RedisConfig): RedisOptions => ({
  ...(password !== undefined && { password }),
  lazyConnect: true,
  connectTimeout: limits.connect,
  connectionName: 'fastmcp',
  disableClientInfo: true,
  // Without it, ioredis takes a connection that ends before it has been named for one that is ready, and never makes another.
  enableReadyCheck: true,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  keepAlive: 5_000,
  retryStrategy: (times) => Math.min(times * 50, limits.retry),
  // A primary that has become a replica is left for the one that has taken its place.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
})
