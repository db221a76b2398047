import type { AuthHook } from '../protocol/auth.ts'
import { tokenHook } from '../serve/auth/tokens/token-hook.ts'
import { tokenMetadata } from '../serve/auth/tokens/token-metadata.ts'
import { say } from '../terminal/output.ts'
import { requireSeconds, requireTexts, requireTolerance, requireUrl } from './auth-options.ts'

/** Whom `introspectionAuth()` asks about tokens, and which it accepts. */
export interface IntrospectionAuthOptions {
  /** The `http:` or `https:` URL of the authorization server's introspection endpoint (RFC 7662). */
  url: string | URL
  /**
   * Who this server is at the endpoint, sent by HTTP Basic (RFC 6749, 2.3.1).
   * @defaultValue nobody: the secret, if there is one, is sent as a bearer token
   */
  clientId?: string
  /**
   * The secret that goes with it. It is never logged.
   * @defaultValue none
   */
  clientSecret?: string
  /**
   * Who issues the tokens: clients are sent there to get one (RFC 9728), and an `iss` in an answer must be this.
   * @defaultValue no metadata, and any issuer that the endpoint vouches for
   */
  issuer?: string
  /**
   * What tokens must have been issued for, as the `aud` of an answer says: best the server's own URL (RFC 8707).
   * @defaultValue not checked, so that a token for any server that the endpoint vouches for will do
   */
  audience?: string | readonly string[]
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
   * Seconds that clocks may differ, 0 or more, for `nbf` and `exp` alike.
   * @defaultValue `5`
   */
  clockTolerance?: number
  /**
   * Seconds, 0 or more, for which the answer that a token is active counts, though never beyond its `exp`; a token that
   * is revoked works for that long. Up to 1,000 answers are kept. That a token is not active is not remembered.
   * @defaultValue `10`
   */
  cacheSeconds?: number
}

/**
 * An auth hook that asks an authorization server about every token (RFC 7662), for tokens that cannot be read, and to
 * notice at once that one was revoked. It must be `active`, within its `exp` and `nbf`, and have the audience and the
 * scopes. `ctx.auth` has the client, the scopes, and in `extra` the subject (`sub`) and the whole answer as `claims`.
 * One token is asked about once at a time, in a thread of its own, which nothing that the server's code replaces
 * reaches. When the endpoint has not answered within 4 seconds, answers with more than 64 KB, or with anything but
 * what the RFC says, callers get 503, and stderr the reason.
 * @throws TypeError for options that are missing or invalid.
 */
export function introspectionAuth(options: IntrospectionAuthOptions): AuthHook {
  const { clientId, clientSecret, issuer, cacheSeconds = 10 } = options
  const whose = 'introspectionAuth'
  for (const [name, value] of Object.entries({ clientId, clientSecret, issuer })) {
    if (value === '') throw new TypeError(`${whose}: ${name} is empty`)
    if (value !== undefined && typeof value !== 'string')
      throw new TypeError(`${whose}: ${name} must be a text`)
  }
  const url = requireUrl(options.url, `${whose}: url`)
  const audience = options.audience === undefined ? [] : [options.audience].flat()
  if (!audience.every((one) => typeof one === 'string' && one !== '') || options.audience?.length === 0)
    throw new TypeError(`${whose}: audience must be a string or a list of strings`)
  const scopes = requireTexts(options.scopes, `${whose}: scopes`)
  const clockTolerance = requireTolerance(options.clockTolerance, whose)
  const resource =
    options.resource === undefined ? undefined : requireUrl(options.resource, `${whose}: resource`)
  requireSeconds(cacheSeconds, `${whose}: cacheSeconds`)
  const rules = { url, clientId, clientSecret, issuer, audience, scopes, clockTolerance, cacheSeconds }
  return tokenHook({ kind: 'introspection', ...rules }, tokenMetadata(rules, resource), say)
}
