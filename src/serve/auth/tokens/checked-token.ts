import type { AuthInfo } from '../../../protocol/auth.ts'

/** What came of checking a token. */
export type CheckedToken =
  | { readonly kind: 'known'; readonly auth: AuthInfo }
  /** What is wrong with it, in words for its bearer. */
  | { readonly kind: 'invalid'; readonly words: string }
  /** It is good, but for scopes that it must have as well. */
  | { readonly kind: 'lacking'; readonly scopes: readonly string[] }
  /** It cannot be checked for now; the reason is for whoever runs the server. */
  | { readonly kind: 'unavailable'; readonly fault: string }

/** Checks tokens by one set of rules; what it has fetched for that it keeps. */
export interface TokenCheck {
  /** Never fails. */
  check(token: string): Promise<CheckedToken>
}

export const invalidToken = (words: string): CheckedToken => ({ kind: 'invalid', words })

/** That a token is good, if it has the scopes that are required of every token. */
export const knownToken = (auth: AuthInfo, required: readonly string[]): CheckedToken =>
  required.every((scope) => auth.scopes.includes(scope))
    ? { kind: 'known', auth }
    : { kind: 'lacking', scopes: required }

/** RFC 8693 has scopes as one text, some issuers have them as a list. */
export function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): string[] {
  const granted = scope ?? scp
  if (Array.isArray(granted)) return granted.map(String)
  return typeof granted === 'string' ? granted.split(' ').filter((one) => one !== '') : []
}

/** The client that a token was issued to, as far as its claims say. */
export const clientOf = (claims: Readonly<Record<string, unknown>>): string =>
  String(claims.client_id ?? claims.azp ?? claims.sub ?? '')
