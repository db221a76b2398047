import { bareRedisUrl } from '../../../options/checks/redis-url.ts'
import type { LogLevel } from '../../../terminal/output.ts'

/** Says something to whoever runs this. */
export type Log = (level: Exclude<LogLevel, 'silent'>, message: string) => void

/** Where several replicas keep their sessions, and how they get there. */
export interface RedisConfig {
  /** As `readRedisUrl` reads it, with a user and a password if they stand there. */
  readonly url: string
  /** The password, where it does not stand in the URL. */
  readonly password?: string | undefined
  /** What all keys and channels begin with: servers with the same share their sessions. */
  readonly prefix: string
  /** What values are sealed with, so that whoever reads Redis does not read them. */
  readonly clusterKey?: string | undefined
  /** Who serves a session whose server has a memory of its own. */
  readonly sessions: 'owner' | 'anywhere'
}

/** A URL as it may be shown: without user, password and query. */
export const shownRedisUrl = bareRedisUrl
