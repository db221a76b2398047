import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { type AuthHook, type AuthInfo, presentedToken } from '../protocol/auth.ts'
import { say } from '../terminal/output.ts'
import { WebResponse, WebUrl } from '../transports/web/web-classes.ts'

/** Whose tokens `jwtAuth()` accepts. */
export interface JwtAuthOptions {
  /** Who issues the tokens, exactly as their `iss` says; clients are sent there to get one. */
  issuer: string
  /** What tokens must have been issued for, as their `aud` says: best the server's own URL (RFC 8707). */
  audience: string | readonly string[]
  /** The `http:` or `https:` URL at which the issuer publishes its keys (RFC 7517). */
  jwksUri: string | URL
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

const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/**
 * An auth hook that accepts JSON Web Tokens of one issuer: signature, issuer, audience, expiry and scopes are
 * checked, with `jose`, against keys that are fetched once and again when an unknown one turns up. `ctx.auth` has
 * the client, the scopes, and in `extra` the subject (`sub`) and all `claims`. The protected-resource metadata
 * (RFC 9728) by which OAuth clients find the issuer is served with it (2025-11-25, basic/authorization). While the keys
 * cannot be had, callers get 503.
 * @throws TypeError for options that are missing or make no sense.
 */
export function jwtAuth(options: JwtAuthOptions): AuthHook {
  const { issuer, scopes = [], algorithms = asymmetric, clockTolerance = 5 } = options
  const audience = [options.audience].flat().filter((one) => typeof one === 'string' && one !== '')
  if (typeof issuer !== 'string' || issuer === '') throw new TypeError('jwtAuth: issuer is missing')
  if (audience.length === 0)
    throw new TypeError('jwtAuth: audience is missing: tokens for other servers would do')
  if (!Number.isFinite(clockTolerance) || clockTolerance < 0) {
    throw new TypeError(`jwtAuth: clockTolerance must be a number of seconds, not ${clockTolerance}`)
  }
  const keysUrl = urlOf(options.jwksUri, 'jwksUri')
  const resource =
    options.resource === undefined ? audience.find(isHttpUrl) : urlOf(options.resource, 'resource').href
  let keys: JWTVerifyGetKey | undefined

  const check = async (request: Request): Promise<AuthInfo | Response | undefined> => {
    const token = presentedToken(request)
    if (token === undefined) return undefined
    const { createRemoteJWKSet, jwtVerify } = await import('jose')
    // Made of whatever URL is now, because jose wants an instance of that.
    keys ??= createRemoteJWKSet(new URL(keysUrl.href))
    const required = ['iss', 'aud', 'exp']
    const rules = { issuer, audience, algorithms: [...algorithms], clockTolerance, requiredClaims: required }
    try {
      // Without a prototype, neither the rules nor the claims hold what somebody has put on every object.
      const verified = await jwtVerify(token, keys, Object.assign(Object.create(null), rules))
      const payload: JWTPayload = Object.assign(Object.create(null), verified.payload)
      if (!required.every((claim) => claim in payload)) return invalid('The token is not accepted')
      const granted = scopesOf(payload)
      return scopes.every((scope) => granted.includes(scope))
        ? infoOf(token, payload, granted)
        : tooLittle(scopes)
    } catch (error) {
      return refusalFor(error, keysUrl)
    }
  }
  const metadata = { authorizationServers: [issuer], resource, ...(scopes.length > 0 && { scopes }) }
  return Object.assign(check, { metadata, clockTolerance })
}

function infoOf(token: string, claims: JWTPayload, scopes: string[]): AuthInfo {
  const { sub, iss, exp, client_id, azp } = claims
  return {
    token,
    clientId: String(client_id ?? azp ?? sub ?? ''),
    scopes,
    ...(exp !== undefined && { expiresAt: exp }),
    extra: { iss, sub, claims },
  }
}

/** RFC 8693 has scopes as one text, some issuers have them as a list. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  const granted = scope ?? scp
  if (Array.isArray(granted)) return granted.map(String)
  return typeof granted === 'string' ? granted.split(' ').filter((one) => one !== '') : []
}

/** What is wrong with a token is its bearer's business; that the keys cannot be had is ours. */
function refusalFor(error: unknown, keysUrl: URL): Response {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const claim = error instanceof Error && 'claim' in error ? error.claim : undefined
  if (code === 'ERR_JWT_EXPIRED') return invalid('The token has expired')
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    const words: Record<string, string> = { aud: 'audience', iss: 'issuer', exp: 'expiry', nbf: 'start' }
    return invalid(`The ${words[String(claim)] ?? String(claim)} of the token is not accepted`)
  }
  if (
    typeof code === 'string' &&
    /^ERR_(JWT_INVALID|JWS_|JWKS_NO_MATCHING|JWKS_MULTIPLE|JOSE_ALG|JOSE_NOT)/.test(code)
  ) {
    return invalid('The token is not accepted')
  }
  say(`the keys at ${keysUrl.href} cannot be fetched: ${error instanceof Error ? error.message : error}`)
  return answer(503, 'Tokens cannot be checked at the moment', { 'retry-after': '10' })
}

const invalid = (message: string) =>
  answer(401, message, {
    'www-authenticate': `Bearer realm="mcp", error="invalid_token", error_description="${message}"`,
  })

function tooLittle(scopes: readonly string[]): Response {
  const message = `The token needs the scopes ${scopes.join(' ')}`
  const challenge = `Bearer realm="mcp", error="insufficient_scope", scope="${scopes.join(' ')}"`
  return answer(403, message, { 'www-authenticate': challenge })
}

const answer = (status: number, message: string, headers: Record<string, string>) =>
  WebResponse.json({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } }, { status, headers })

const isHttpUrl = (text: string) => /^https?:\/\//.test(text) && WebUrl.canParse(text)

function urlOf(value: string | URL, name: string): URL {
  if (isHttpUrl(String(value))) return new WebUrl(String(value))
  throw new TypeError(`jwtAuth: ${name} must be a URL, not ${JSON.stringify(value)}`)
}
