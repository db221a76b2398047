import { createHash, timingSafeEqual } from 'node:crypto'
import { type AuthHook, presentedToken } from '../../protocol/auth.ts'
import type { HttpServeOptions, Log } from '../serve-options.ts'
import { tokenFileHook } from './token-file.ts'
import { tokenHook } from './tokens/token-hook.ts'
import { tokenMetadata } from './tokens/token-metadata.ts'
import type { TokenRules } from './tokens/token-rules.ts'

/** A check of callers that was asked for from outside the server's code, and the flag that asks for it. */
export interface OutsideHook {
  readonly hook: AuthHook
  readonly flag: string
}

/** The flag that asks for each kind of check. */
const flags = { jwt: '--jwt-issuer', introspection: '--introspect' } as const satisfies Record<
  TokenRules['kind'],
  string
>

/** What checks callers as the options say, if they say so. */
export function hookFromOutside(options: HttpServeOptions, log: Log): OutsideHook | undefined {
  const { token, tokenFile, tokenRules } = options
  if (token !== undefined) return { hook: staticToken(token), flag: '--token-env' }
  if (tokenFile !== undefined) return { hook: tokenFileHook(tokenFile, log), flag: '--token-file' }
  if (!tokenRules) return undefined
  const flag = flags[tokenRules.kind]
  const tell = (fault: string) => log('error', `${flag}: ${fault}`)
  return { hook: tokenHook(tokenRules, tokenMetadata(tokenRules), tell), flag }
}

/** Admits whoever presents one token. Digests are compared, so that time tells nothing of the token or its length. */
function staticToken(token: string): AuthHook {
  const expected = digest(token)
  return (request) => {
    const given = presentedToken(request)
    if (given === undefined || !timingSafeEqual(digest(given), expected)) return undefined
    return { token, clientId: 'token', scopes: [] }
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()
