import { now } from '../../../process/clock.ts'
import { digestOf } from '../../../protocol/digest.ts'
import { isRecord } from '../../../protocol/jsonrpc.ts'
import {
  type CheckedToken,
  clientOf,
  invalidToken,
  knownToken,
  scopesOf,
  type TokenCheck,
} from './checked-token.ts'
import { fetchJson } from './fetch-json.ts'
import type { IntrospectionRules } from './token-rules.ts'

/** Milliseconds that the endpoint may take to respond. */
const requestLimit = 4_000
/** Maximum number of cached responses, and maximum bytes of each. */
const maxCached = 1_000
const limit = 64 * 1024

interface CachedToken {
  readonly checked: CheckedToken
  /** Milliseconds on the monotonic clock. */
  readonly until: number
}

/**
 * Asks an authorization server about each token. That a token is active is cached for a moment, that it is inactive
 * never is; concurrent requests with one token share one query.
 */
export class IntrospectionCheck implements TokenCheck {
  readonly #rules: IntrospectionRules
  readonly #headers: Readonly<Record<string, string>>
  readonly #cache = new Map<string, CachedToken>()
  readonly #running = new Map<string, Promise<CheckedToken>>()

  constructor(rules: IntrospectionRules) {
    this.#rules = rules
    this.#headers = { 'content-type': 'application/x-www-form-urlencoded', ...credentialsOf(rules) }
  }

  async check(token: string): Promise<CheckedToken> {
    // The digest is the cache key, so that a heap dump does not reveal tokens.
    const key = digestOf(token)
    const cached = this.#cache.get(key)
    if (cached && cached.until > now()) return cached.checked
    this.#cache.delete(key)
    const running = this.#running.get(key)
    if (!running) return this.#begin(key, token)
    const checked = await running
    // The token may have become active since that query was sent.
    return checked.kind === 'invalid' ? (this.#running.get(key) ?? this.#begin(key, token)) : checked
  }

  #begin(key: string, token: string): Promise<CheckedToken> {
    const asking = this.#ask(key, token).finally(() => this.#running.delete(key))
    this.#running.set(key, asking)
    return asking
  }

  async #ask(key: string, token: string): Promise<CheckedToken> {
    const { url } = this.#rules
    const asked = now()
    try {
      const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString()
      const asking = { method: 'POST', headers: this.#headers, body } as const
      const { status, value } = await fetchJson(
        url,
        { signal: AbortSignal.timeout(requestLimit), limit },
        asking,
      )
      if (status !== 200) return unavailable(`${url} answers with status ${status}${hintFor(status)}`)
      if (!isRecord(value) || typeof value.active !== 'boolean') {
        return unavailable(`${url} does not answer as a token introspection endpoint does (RFC 7662)`)
      }
      return this.#judged(token, value, { key, asked })
    } catch (error) {
      return unavailable(`${url} ${error instanceof Error ? error.message : error}`)
    }
  }

  #judged(
    token: string,
    claims: Readonly<Record<string, unknown>>,
    { key, asked }: { key: string; asked: number },
  ): CheckedToken {
    const fault = claimFault(claims, this.#rules, Date.now() / 1000)
    if (fault !== undefined) return invalidToken(fault)
    // Without either, the caller is the client itself (RFC 7662, 2.2).
    const { iss, sub = claims.username, exp } = claims
    const expiry = typeof exp === 'number' ? { expiresAt: exp } : {}
    const [clientId, scopes] = [clientOf(claims), scopesOf(claims)]
    const checked = knownToken(
      { token, clientId, scopes, ...expiry, extra: { iss, sub, claims } },
      this.#rules.scopes,
    )
    this.#remember(key, { checked, until: asked + this.#lifetime(exp) })
    return checked
  }

  /** Milliseconds for which a response may be cached. */
  #lifetime(exp: unknown): number {
    const { cacheSeconds, clockTolerance } = this.#rules
    const left = typeof exp === 'number' ? exp + clockTolerance - Date.now() / 1000 : Number.POSITIVE_INFINITY
    return Math.min(cacheSeconds, left) * 1000
  }

  #remember(key: string, cached: CachedToken): void {
    for (const first of this.#cache.keys()) {
      if (this.#cache.size < maxCached) break
      this.#cache.delete(first)
    }
    this.#cache.set(key, cached)
  }
}

/**
 * Why the claims of a token are not acceptable, as text for its bearer; undefined if they are.
 * @param time seconds since 1970.
 */
export function claimFault(
  { active, exp, nbf, iss, aud }: Readonly<Record<string, unknown>>,
  { issuer, audience, clockTolerance }: Pick<IntrospectionRules, 'issuer' | 'audience' | 'clockTolerance'>,
  time: number,
): string | undefined {
  if (active !== true) return 'The token is not active'
  if (exp !== undefined && !(typeof exp === 'number' && exp + clockTolerance > time))
    return 'The token has expired'
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf - clockTolerance <= time))
    return 'The start of the token is not accepted'
  if (issuer !== undefined && iss !== undefined && iss !== issuer)
    return 'The issuer of the token is not accepted'
  const intended = [aud].flat()
  if (audience.length > 0 && !audience.some((one) => intended.includes(one)))
    return 'The audience of the token is not accepted'
  return undefined
}

/** How we authenticate to the endpoint: as in RFC 6749, 2.3.1, or as in the example of RFC 7662, 2.1. */
function credentialsOf({ clientId, clientSecret }: IntrospectionRules): Record<string, string> {
  if (clientId === undefined) {
    return clientSecret === undefined ? {} : { authorization: `Bearer ${clientSecret}` }
  }
  const pair = [clientId, clientSecret ?? ''].map(formEncoded).join(':')
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

const formEncoded = (text: string) => new URLSearchParams({ a: text }).toString().slice(2)

const hintFor = (status: number) =>
  status === 401 || status === 403 ? ': it does not accept who we say we are' : ''

const unavailable = (fault: string): CheckedToken => ({ kind: 'unavailable', fault })
