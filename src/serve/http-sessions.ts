import type { ServerSource } from '../protocol/source.ts'
import { lackingScopes } from '../protocol/tool-scopes.ts'
import type { InFlight } from '../sessions/calls.ts'
import type { SessionPersistence } from '../sessions/persistence/session-persistence.ts'
import { Registry } from '../sessions/registry.ts'
import type { Peers } from '../transports/peers/peers.ts'
import { statelessHandler } from '../transports/streamable/stateless.ts'
import { StreamableHttp } from '../transports/streamable/streamable-http.ts'
import { ModernHttp } from './modern/modern-http.ts'
import type { Log } from './serve-options.ts'

/** What every HTTP server consists of, whoever owns the port. */
export interface HttpCore {
  readonly source: ServerSource
  readonly inFlight: InFlight
  readonly log: Log
}

/** The connected clients of both eras. */
export interface HttpSessions {
  readonly registry: Registry
  readonly modern: ModernHttp
}

interface SessionOptions {
  readonly maxSessions: number
  /** Seconds. */
  readonly sessionTimeout: number
  /** Creates session ids, where they are not purely random. */
  readonly newId?: (() => string) | undefined
}

/** @param persistence persists sessions beyond this process. */
export function httpSessions(
  { source, inFlight, log }: HttpCore,
  { maxSessions, sessionTimeout, newId }: SessionOptions,
  persistence?: SessionPersistence,
): HttpSessions {
  const limits = { maxSessions, idleTimeout: sessionTimeout * 1000, ...(newId && { newId }) }
  return {
    registry: new Registry(source, inFlight, limits, persistence),
    modern: new ModernHttp(source, inFlight, log, maxSessions, persistence),
  }
}

interface StreamableServing extends HttpCore, HttpSessions {
  readonly stateless: boolean
  readonly jsonResponse: boolean
  /** Maximum bytes of one message. */
  readonly maxBody: number
  /** Scopes that tools require in addition to those that the server declares. */
  readonly toolScopes?: Readonly<Record<string, readonly string[]>>
  readonly peers?: Peers | undefined
}

/** The endpoint of Streamable HTTP. */
export function streamableHttp(serving: StreamableServing): StreamableHttp {
  const { source, inFlight, registry, modern, stateless, jsonResponse, maxBody, peers, log } = serving
  const warn = (message: string) => log('warning', message)
  return new StreamableHttp({
    registry,
    modern: modern.handle,
    stateless: stateless ? statelessHandler(source, inFlight, jsonResponse, warn) : undefined,
    jsonResponse,
    lacking: lackingScopes(() => source.toolScopes, serving.toolScopes),
    maxBody,
    log: warn,
    peers,
  })
}
