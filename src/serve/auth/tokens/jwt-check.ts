import { type CryptoKey, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import {
  type CheckedToken,
  clientOf,
  invalidToken,
  knownToken,
  scopesOf,
  type TokenCheck,
} from './checked-token.ts'
import { IssuerKeys, KeysUnavailable } from './issuer-keys.ts'
import type { JwtRules } from './token-rules.ts'

/** Claims that every token must have. */
const required = ['iss', 'aud', 'exp']
/** Maximum keys that are tried for a token without a key id. */
const mostKeys = 16

/** Checks signature, issuer, audience, times and scopes of JSON Web Tokens. */
export class JwtCheck implements TokenCheck {
  readonly #rules: JwtRules
  readonly #options: JWTVerifyOptions
  readonly #keys: IssuerKeys

  constructor(rules: JwtRules) {
    this.#rules = rules
    this.#keys = new IssuerKeys(rules.issuer, rules.jwks)
    const { issuer, audience, algorithms, clockTolerance } = rules
    // Without a prototype, neither rules nor claims can inherit properties from a polluted Object.prototype.
    this.#options = Object.assign(Object.create(null), {
      ...{ issuer, audience: [...audience], algorithms: [...algorithms] },
      ...{ clockTolerance, requiredClaims: required },
    })
  }

  async check(token: string): Promise<CheckedToken> {
    try {
      const claims: JWTPayload = Object.assign(Object.create(null), await this.#verified(token))
      if (!required.every((claim) => claim in claims)) return invalidToken('The token is not accepted')
      const { iss, sub, exp } = claims
      const expiry = exp === undefined ? {} : { expiresAt: exp }
      const [clientId, scopes] = [clientOf(claims), scopesOf(claims)]
      const auth = { token, clientId, scopes, ...expiry, extra: { iss, sub, claims } }
      return knownToken(auth, this.#rules.scopes)
    } catch (error) {
      return refusalFor(error)
    }
  }

  async #verified(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.#keys.find, this.#options)).payload
    } catch (error) {
      if (codeIn(error) !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') throw error
      return this.#verifiedByOne(token, error as unknown as AsyncIterable<CryptoKey>)
    }
  }

  /** During a key rotation there are two keys, and a token without `kid` may be signed with either. */
  async #verifiedByOne(token: string, keys: AsyncIterable<CryptoKey>): Promise<JWTPayload> {
    let tried = 0
    let last: unknown
    for await (const key of keys) {
      if (++tried > mostKeys) break
      try {
        return (await jwtVerify(token, key, this.#options)).payload
      } catch (error) {
        last = error
        if (codeIn(error) !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') break
      }
    }
    throw last
  }
}

/** An invalid token is the caller's fault; unavailable keys are ours. */
function refusalFor(error: unknown): CheckedToken {
  if (error instanceof KeysUnavailable) {
    return { kind: 'unavailable', fault: `the keys of the issuer cannot be fetched: ${error.message}` }
  }
  const code = codeIn(error)
  if (code === 'ERR_JWT_EXPIRED') return invalidToken('The token has expired')
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    const claim = error instanceof Error && 'claim' in error ? String(error.claim) : ''
    const words: Record<string, string> = { aud: 'audience', iss: 'issuer', exp: 'expiry', nbf: 'start' }
    return invalidToken(`The ${words[claim] ?? 'content'} of the token is not accepted`)
  }
  return invalidToken('The token is not accepted')
}

const codeIn = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
