import type { Cluster, Redis, RedisOptions } from 'ioredis'
import type { RedisAddress } from '../../../options/checks/redis-url.ts'
import type { RedisConfig } from './redis-config.ts'

/**
 * Milliseconds: limits for a command, for connecting and for the handshake, and the maximum retry delay. The handshake
 * limit is ioredis's own, and also runs while this process is suspended.
 */
export const limits = { command: 1_000, connect: 2_000, greeting: 10_000, retry: 500 } as const

/** The two connections of a process: one for commands, and one for subscriptions. */
export interface Connections {
  readonly commands: Redis | Cluster
  readonly hearing: Redis
}

/** The credentials: separate options override those in the URL. */
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

/** Options of all connections. */
export const optionsFor = ({ password }: RedisConfig): RedisOptions => ({
  ...(password !== undefined && { password }),
  lazyConnect: true,
  connectTimeout: limits.connect,
  connectionName: 'fastmcp',
  disableClientInfo: true,
  // Without it, ioredis treats a connection that ends during its handshake as ready, and never reconnects.
  enableReadyCheck: true,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  keepAlive: 5_000,
  retryStrategy: (times) => Math.min(times * 50, limits.retry),
  // A primary that became a replica reports READONLY: reconnect to the new primary.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
})
