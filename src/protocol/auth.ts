import type { AuthInfo } from '@modelcontextprotocol/server'
import { get, getPrototypeOf, hasOwn } from './builtins.ts'
import { digestOf } from './digest.ts'

export type { AuthInfo } from '@modelcontextprotocol/server'

// Taken before user code runs, so that nothing it replaces later can make two callers look like one.
const { stringify } = JSON

/** What OAuth clients need to know to get a token for a server (RFC 9728). */
export interface ResourceMetadata {
  /** Issuers of the authorization servers whose tokens are accepted. */
  readonly authorizationServers: readonly string[]
  /** The server's own URL as clients know it; taken from the request when absent. */
  readonly resource?: string | undefined
  /** Scopes a client should ask for. */
  readonly scopes?: readonly string[] | undefined
}

/**
 * Says who calls, before a request reaches MCP. It gets the request without its body and answers with
 * - what it knows of the caller: an `AuthInfo` with at least a string `token` and a string `clientId`, which handlers
 *   find as `ctx.auth` (`extra.authInfo` with SDK v1);
 * - `undefined` to refuse: 401 with `WWW-Authenticate: Bearer`;
 * - a `Response` of its own, of any fetch implementation, sent as it is; a 401 gets the `WWW-Authenticate` it lacks.
 *
 * Anything else is answered with 500, and so is what it throws; an answer that takes longer than 10 seconds is
 * answered with 503. Both are reported on stderr.
 */
export interface AuthHook {
  (request: Request): AuthInfo | undefined | Response | Promise<AuthInfo | undefined | Response>
  /** Served at `/.well-known/oauth-protected-resource` when present, and named in every 401. */
  readonly metadata?: ResourceMetadata
  /**
   * Seconds for which a token is still accepted after its `expiresAt`.
   * @defaultValue `0`
   */
  readonly clockTolerance?: number
}

/** An HTTP answer as plain data, which no replaced global can turn into anything else. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** What came of asking a hook who calls. */
export type HookOutcome =
  | { readonly kind: 'known'; readonly auth: AuthInfo }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** The hook itself is at fault: it threw, returned what means nothing, or took too long. */
  | { readonly kind: 'failed'; readonly status: 500 | 503; readonly fault: string }

/**
 * Where a hook of this package's says the same as plain data, so that what user code does to the classes of the web
 * does not reach it. The program and the library each have a copy of this file.
 */
export const plainAsk = Symbol.for('fastmcp.auth.ask')

/** A hook that lives in another process. */
export interface RemoteHook extends Pick<AuthHook, 'metadata' | 'clockTolerance'> {
  ask(request: Request): Promise<HookOutcome>
}

/**
 * Whom a session belongs to: the user a token was issued for, and the client it was issued to. A token may be
 * renewed during a session, so it counts only where nothing else tells callers apart.
 */
export function subjectOf(auth: AuthInfo | undefined): string | undefined {
  if (!auth) return undefined
  const clientId = propertyOf(auth, 'clientId')
  const extra = propertyOf(auth, 'extra')
  const [iss, sub] = isObject(extra) ? [propertyOf(extra, 'iss'), propertyOf(extra, 'sub')] : []
  if (isNothing(clientId) && isNothing(sub)) return digestOf(String(propertyOf(auth, 'token')))
  return stringify([iss ?? null, sub ?? null, clientId ?? null])
}

/**
 * A property of this very object or of its class. What somebody has put on `Object.prototype` is a property of
 * every object, so it says nothing about this one.
 */
export function propertyOf(value: object, name: string): unknown {
  for (let holder: object | null = value; holder !== null; holder = getPrototypeOf(holder)) {
    if (holder !== value && getPrototypeOf(holder) === null) return undefined
    if (hasOwn(holder, name)) return get(value, name)
  }
  return undefined
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const isNothing = (value: unknown) => value === undefined || value === null || value === ''

/** The bearer token that a request presents, if any (RFC 6750, 2.1). */
export function presentedToken(request: Request): string | undefined {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '') ?? []
  return token
}
