import type { Transport } from '../options/run-options.ts'
import type { RedisConfig } from '../store/redis/link/redis-config.ts'
import type { LogFields, LogLevel } from '../terminal/output.ts'
import type { TokenRules } from './auth/tokens/token-rules.ts'

export type Log = (level: Exclude<LogLevel, 'silent'>, message: string, fields?: LogFields) => void

/** Everything about serving that does not depend on whose server it is. */
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
  /** Bytes of one message from a client, unless they are the usual ones. */
  maxBody: number | undefined
  maxSessions: number
  maxProcesses: number
  /** Seconds. */
  sessionTimeout: number
  /** Seconds that it goes on serving after it was told to stop, and that calls in flight then get. */
  drainDelay: number
  drainLimit: number
  /** Whether each request gets a line in the log, and at which level. */
  accessLog: 'info' | 'debug' | undefined
  /** Where the numbers of this server are served, if they are counted. */
  metrics: { readonly host: string; readonly port: number } | undefined
  /** The absolute paths of the certificate and the key to serve https with. */
  tls: { readonly cert: string; readonly key: string } | undefined
  /** Where sessions are kept beyond this process: `memory`, where they are not, or `file:` and a path. */
  store: string
  /** Where replicas share their sessions, if they do. */
  redis: RedisConfig | undefined
  /** What every caller must present as bearer token, if anything. */
  token: string | undefined
  /** The absolute path of the file whose tokens are accepted instead. */
  tokenFile: string | undefined
  /** What else every caller's token must be, if anything. */
  tokenRules: TokenRules | undefined
  /** The scopes that callers of tools need, by the name of the tool. */
  toolScopes: Readonly<Record<string, readonly string[]>>
}

/** A server that is being served. */
export interface Running {
  /** Where clients reach it; absent on stdio. */
  readonly url: string | undefined
  /**
   * Stops accepting, ends idle streams, lets calls in flight finish and answers the rest with an error. Resolves `true`
   * when nothing had to be cut off.
   * @param limit milliseconds that calls get, beginning now; without it, all goes as the options say.
   */
  close(limit?: number): Promise<boolean>
}

/**
 * Seconds for which a session is kept that nobody uses: renewals come a little late, and all processes may be away for a
 * while.
 */
export const keptFor = (sessionTimeout: number): number => Math.ceil(sessionTimeout * 1.5)

/** Milliseconds that calls in flight get when a server stops of which no options say more. */
export const drainLimit = 10_000
