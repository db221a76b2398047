import { createHash } from 'node:crypto'
import type { AuthInfo } from '@modelcontextprotocol/server'

export type { AuthInfo } from '@modelcontextprotocol/server'

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
 * - what it knows of the caller, which handlers find as `ctx.auth` (`extra.authInfo` with SDK v1);
 * - `undefined` to refuse: 401 with `WWW-Authenticate: Bearer`;
 * - a `Response` of its own, sent as it is; a 401 gets the `WWW-Authenticate` it lacks.
 *
 * What it throws is answered with 500 and reported on stderr.
 */
export interface AuthHook {
  (request: Request): AuthInfo | undefined | Response | Promise<AuthInfo | undefined | Response>
  /** Served at `/.well-known/oauth-protected-resource` when present, and named in every 401. */
  readonly metadata?: ResourceMetadata
}

/**
 * Whom a session belongs to: the user a token was issued for, and the client it was issued to. A token may be
 * renewed during a session, so it counts only where nothing else tells callers apart.
 */
export function subjectOf(auth: AuthInfo | undefined): string | undefined {
  if (!auth) return undefined
  const { clientId, token, extra } = auth
  const { iss, sub } = extra ?? {}
  if (clientId === undefined && sub === undefined) {
    return createHash('sha256').update(String(token)).digest('base64url')
  }
  return JSON.stringify([iss ?? null, sub ?? null, clientId ?? null])
}
