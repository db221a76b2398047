import type { AuthHook } from '../protocol/auth.ts'
import { asymmetricAlgorithms } from '../serve/auth/tokens/jwt-algorithms.ts'
import { tokenHook } from '../serve/auth/tokens/token-hook.ts'
import { isHttpUrl, tokenMetadata } from '../serve/auth/tokens/token-metadata.ts'
import { say } from '../terminal/output.ts'
import { requireTexts, requireTolerance, requireUrl } from './auth-options.ts'

/** Whose tokens `jwtAuth()` accepts. */
export interface JwtAuthOptions {
  /** Who issues the tokens, exactly as their `iss` says; clients are sent there to get one. */
  issuer: string
  /** What tokens must have been issued for, as their `aud` says: best the server's own URL (RFC 8707). */
  audience: string | readonly string[]
  /**
   * The `http:` or `https:` URL at which the issuer publishes its keys (RFC 7517).
   * @defaultValue what the issuer's own metadata says (RFC 8414, OpenID Connect Discovery)
   */
  jwksUri?: string | URL
  /**
   * Scopes a token must have, all of them; 403 without.
   * @defaultValue none
   */
  scopes?: readonly string[]
  /**
   * The server's URL as clients know it, told them as `resource` (RFC 9728).
   * @defaultValue the first audience that is a URL, else that of the request
   */
  resource?: string
  /**
   * Signature algorithms that are accepted (RFC 7518).
   * @defaultValue every asymmetric one, never `none` or a shared secret
   */
  algorithms?: readonly string[]
  /**
   * Seconds that clocks may differ, 0 or more, for the start (`nbf`) and the end (`exp`) of a token alike.
   * @defaultValue `5`
   */
  clockTolerance?: number
}

/**
 * An auth hook that accepts JSON Web Tokens of one issuer: signature, issuer, audience, expiry and scopes are
 * checked, with `jose`, in a thread of its own, which nothing that the server's code replaces reaches. The issuer's
 * keys, at most 1 MB in at most 7 seconds, are fetched for the first token, every 5 minutes, and when an unknown one
 * turns up, at most once a second. `ctx.auth` has the client, the scopes, and in `extra` the subject (`sub`) and all
 * `claims`. The protected-resource metadata (RFC 9728) by which OAuth clients find the issuer is served with it
 * (2025-11-25, basic/authorization). While the keys cannot be had, callers get 503.
 * @throws TypeError for options that are missing or invalid.
 */
export function jwtAuth(options: JwtAuthOptions): AuthHook {
  const { issuer, algorithms = asymmetricAlgorithms } = options
  if (typeof issuer !== 'string' || issuer === '') throw new TypeError('jwtAuth: issuer is missing')
  const audience = [options.audience].flat().filter((one) => typeof one === 'string' && one !== '')
  if (audience.length === 0)
    throw new TypeError('jwtAuth: audience is missing: tokens for other servers would do')
  const clockTolerance = requireTolerance(options.clockTolerance, 'jwtAuth')
  const jwks = options.jwksUri === undefined ? undefined : requireUrl(options.jwksUri, 'jwtAuth: jwksUri')
  if (jwks === undefined && !isHttpUrl(issuer))
    throw new TypeError('jwtAuth: jwksUri is missing, and issuer is not a URL to discover it from')
  const resource =
    options.resource === undefined ? undefined : requireUrl(options.resource, 'jwtAuth: resource')
  const scopes = requireTexts(options.scopes, 'jwtAuth: scopes')
  const rules = { issuer, audience, jwks, scopes, algorithms: [...algorithms], clockTolerance }
  return tokenHook({ kind: 'jwt', ...rules }, tokenMetadata(rules, resource), say)
}
