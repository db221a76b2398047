import { createHash, timingSafeEqual } from 'node:crypto'
import { type AuthHook, presentedToken } from '../../protocol/auth.ts'
import type { HttpServeOptions, Log } from '../serve-options.ts'
import { tokenFileHook } from './token-file.ts'
import { tokenHook } from './tokens/token-hook.ts'
import { tokenMetadata } from './tokens/token-metadata.ts'
import type { TokenRules } from './tokens/token-rules.ts'

/** Authentication that options ask for rather than the server's code, and the flag that asks for it. */
export interface OutsideHook {
  readonly hook: AuthHook
  readonly flag: string
}

/** The flag for each kind of token check. */
const flags = { jwt: '--jwt-issuer', introspection: '--introspect' } as const satisfies Record<
  TokenRules['kind'],
  string
>

/** The hook that the options ask for, if any. */
export function hookFromOutside(options: HttpServeOptions, log: Log): OutsideHook | undefined {
  const { token, tokenFile, tokenRules } = options
  if (token !== undefined) return { hook: staticToken(token), flag: '--token-env' }
  if (tokenFile !== undefined) return { hook: tokenFileHook(tokenFile, log), flag: '--token-file' }
  if (!tokenRules) return undefined
  const flag = flags[tokenRules.kind]
  const tell = (fault: string) => log('error', `${flag}: ${fault}`)
  return { hook: tokenHook(tokenRules, tokenMetadata(tokenRules), tell), flag }
}

/**
 * Admits callers with one fixed token. Digests are compared, so that timing reveals neither the token nor its length.
 */
function staticToken(token: string): AuthHook {
  const expected = digest(token)
  return (request) => {
    const given = presentedToken(request)
    if (given === undefined || !timingSafeEqual(digest(given), expected)) return undefined
    return { token, clientId: 'token', scopes: [] }
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()
