/** What a token must be to be accepted, as plain data that goes to the thread that checks it. */
export type TokenRules = JwtRules | IntrospectionRules

/** What a JSON Web Token must be to be accepted. */
export interface JwtRules {
  readonly kind: 'jwt'
  /** Exactly as the `iss` of tokens says. */
  readonly issuer: string
  /** One of these must be in the `aud` of tokens. */
  readonly audience: readonly string[]
  /** Where the issuer's keys are; discovered when absent. */
  readonly jwks?: string | undefined
  /** What every token must have. */
  readonly scopes: readonly string[]
  /** Signature algorithms that are accepted. */
  readonly algorithms: readonly string[]
  /** Seconds that clocks may differ. */
  readonly clockTolerance: number
}

/** Whom to ask about tokens, and what they must be to be accepted. */
export interface IntrospectionRules {
  readonly kind: 'introspection'
  /** The endpoint that is asked (RFC 7662). */
  readonly url: string
  /** Who we are there; with a secret and no id, the secret is a bearer token. */
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  /** What `iss` must be, where an answer says so. */
  readonly issuer?: string | undefined
  /** One of these must be in `aud`; empty for any. */
  readonly audience: readonly string[]
  /** What every token must have. */
  readonly scopes: readonly string[]
  /** Seconds that clocks may differ. */
  readonly clockTolerance: number
  /** Seconds for which an answer that a token is active counts. */
  readonly cacheSeconds: number
}
