import type { CheckedToken, TokenCheck } from './checked-token.ts'
import { IntrospectionCheck } from './introspection-check.ts'
import { JwtCheck } from './jwt-check.ts'
import type { TokenRules } from './token-rules.ts'

// Captured when this module loads, for servers in which our thread cannot be started.
const { parse } = JSON

/**
 * By their rules as JSON text: each generation creates a new gate, and what was fetched for the last one must survive.
 */
const checks = new Map<string, TokenCheck>()

/** Checks one token by rules given as JSON text. */
export function checkToken(rules: string, token: string): Promise<CheckedToken> {
  let check = checks.get(rules)
  if (!check) {
    check = checkFor(parse(rules) as TokenRules)
    checks.set(rules, check)
  }
  return check.check(token)
}

function checkFor(rules: TokenRules): TokenCheck {
  switch (rules.kind) {
    case 'jwt':
      return new JwtCheck(rules)
    case 'introspection':
      return new IntrospectionCheck(rules)
  }
}
