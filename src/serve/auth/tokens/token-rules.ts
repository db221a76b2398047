/** What makes a token acceptable, as plain data that can be sent to the thread that checks it. */
export type TokenRules = JwtRules | IntrospectionRules

/** What makes a JSON Web Token acceptable. */
export interface JwtRules {
  readonly kind: 'jwt'
  /** Must equal the `iss` of tokens exactly. */
  readonly issuer: string
  /** One of these must be in the `aud` of tokens. */
  readonly audience: readonly string[]
  /** URL of the issuer's keys; discovered if absent. */
  readonly jwks?: string | undefined
  /** What every token must have. */
  readonly scopes: readonly string[]
  /** Signature algorithms that are accepted. */
  readonly algorithms: readonly string[]
  /** Clock tolerance in seconds. */
  readonly clockTolerance: number
}

/** Which endpoint to ask about tokens, and what makes a token acceptable. */
export interface IntrospectionRules {
  readonly kind: 'introspection'
  /** The introspection endpoint (RFC 7662). */
  readonly url: string
  /** Our credentials there; a secret without an id is sent as a bearer token. */
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  /** The required `iss`, if the response has one. */
  readonly issuer?: string | undefined
  /** One of these must be in `aud`; empty for any. */
  readonly audience: readonly string[]
  /** What every token must have. */
  readonly scopes: readonly string[]
  /** Seconds that clocks may differ. */
  readonly clockTolerance: number
  /** Seconds for which an active token is cached. */
  readonly cacheSeconds: number
}
