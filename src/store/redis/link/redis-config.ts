import { bareRedisUrl } from '../../../options/checks/redis-url.ts'
import type { LogLevel } from '../../../terminal/output.ts'

/** Logs a message for the operator. */
export type Log = (level: Exclude<LogLevel, 'silent'>, message: string) => void

/** The Redis in which replicas share their sessions. */
export interface RedisConfig {
  /** A URL for `readRedisUrl`, which may contain user and password. */
  readonly url: string
  /** The password, if it is not in the URL. */
  readonly password?: string | undefined
  /** The prefix of all keys and channels: servers with the same prefix share their sessions. */
  readonly prefix: string
  /** The secret with which values are encrypted, so that read access to Redis does not reveal them. */
  readonly clusterKey?: string | undefined
  /** Which process serves a session whose server holds state in memory. */
  readonly sessions: 'owner' | 'anywhere'
}

/** A URL for messages: without user, password and query. */
export const shownRedisUrl = bareRedisUrl
