import type { Transport } from '../options/run-options.ts'
import type { RedisConfig } from '../store/redis/link/redis-config.ts'
import type { LogFields, LogLevel } from '../terminal/output.ts'
import type { TokenRules } from './auth/tokens/token-rules.ts'

export type Log = (level: Exclude<LogLevel, 'silent'>, message: string, fields?: LogFields) => void

/** All HTTP options that do not depend on the server. */
export interface HttpServeOptions {
  transport: Exclude<Transport, 'stdio'>
  host: string
  port: number
  path: string | undefined
  messagePath: string
  stateless: boolean
  jsonResponse: boolean
  allowedHosts: readonly string[]
  allowedOrigins: readonly string[]
  health: string | undefined
  /** Maximum bytes of one message from a client; undefined for the default. */
  maxBody: number | undefined
  maxSessions: number
  maxProcesses: number
  /** Seconds. */
  sessionTimeout: number
  /** Seconds of continued serving after a stop signal, and seconds that calls in flight then get. */
  drainDelay: number
  drainLimit: number
  /** The level at which each request is logged, if at all. */
  accessLog: 'info' | 'debug' | undefined
  /** The address that metrics are served on, if enabled. */
  metrics: { readonly host: string; readonly port: number } | undefined
  /** The absolute paths of the certificate and key for https. */
  tls: { readonly cert: string; readonly key: string } | undefined
  /** Where sessions are persisted: `memory` for not at all, or `file:` and a path. */
  store: string
  /** The Redis in which replicas share their sessions, if any. */
  redis: RedisConfig | undefined
  /** The required bearer token, if any. */
  token: string | undefined
  /** The absolute path of a token file, if that is used instead. */
  tokenFile: string | undefined
  /** The rules for JWTs or introspection, if those are used instead. */
  tokenRules: TokenRules | undefined
  /** The scopes that tools require, by tool name. */
  toolScopes: Readonly<Record<string, readonly string[]>>
}

/** A running server. */
export interface Running {
  /** The URL for clients; undefined on stdio. */
  readonly url: string | undefined
  /**
   * Stops accepting, ends idle streams, lets calls in flight finish and answers the rest with an error. Resolves `true`
   * when nothing had to be cut off.
   * @param limit milliseconds that calls get from now on; without it, the options apply.
   */
  close(limit?: number): Promise<boolean>
}

/**
 * Seconds for which an idle session is stored: longer than the session timeout, since renewals come a little late and
 * all processes may be down for a while.
 */
export const storeExpiry = (sessionTimeout: number): number => Math.ceil(sessionTimeout * 1.5)

/** Default milliseconds that calls in flight get when a server stops. */
export const drainLimit = 10_000
