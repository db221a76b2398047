import type { AuthInfo } from '../../../protocol/auth.ts'

/** The outcome of checking a token. */
export type CheckedToken =
  | { readonly kind: 'known'; readonly auth: AuthInfo }
  /** What is wrong with it, as text for its bearer. */
  | { readonly kind: 'invalid'; readonly words: string }
  /** It is valid, but lacks required scopes. */
  | { readonly kind: 'lacking'; readonly scopes: readonly string[] }
  /** It cannot be checked at present; the reason is for the operator of the server. */
  | { readonly kind: 'unavailable'; readonly fault: string }

/** Checks tokens by one set of rules, and caches what it fetches for that. */
export interface TokenCheck {
  /** Never rejects. */
  check(token: string): Promise<CheckedToken>
}

export const invalidToken = (words: string): CheckedToken => ({ kind: 'invalid', words })

/** The outcome for a valid token, unless it lacks scopes that every token must have. */
export const knownToken = (auth: AuthInfo, required: readonly string[]): CheckedToken =>
  required.every((scope) => auth.scopes.includes(scope))
    ? { kind: 'known', auth }
    : { kind: 'lacking', scopes: required }

/** RFC 8693 has scopes as one string; some issuers use an array. */
export function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): string[] {
  const granted = scope ?? scp
  if (Array.isArray(granted)) return granted.map(String)
  return typeof granted === 'string' ? granted.split(' ').filter((one) => one !== '') : []
}

/** The client that a token was issued to, if its claims say so. */
export const clientOf = (claims: Readonly<Record<string, unknown>>): string =>
  String(claims.client_id ?? claims.azp ?? claims.sub ?? '')
