import {
  type Answer,
  type AuthHook,
  type AuthInfo,
  type HookOutcome,
  plainAsk,
  presentedToken,
  type ResourceMetadata,
} from '../../../protocol/auth.ts'
import { errorCodes, errorReply } from '../../../protocol/jsonrpc.ts'
import { WebResponse } from '../../../transports/web/web-classes.ts'
import { jsonAnswer } from '../json-answer.ts'
import type { CheckedToken } from './checked-token.ts'
import type { TokenRules } from './token-rules.ts'
import { tokenCheck } from './token-thread.ts'

/**
 * A hook that admits callers whose token is valid by these rules.
 * @param metadata tells clients where to get a token, if known.
 * @param tell is called with the reason why tokens cannot be checked, once per reason until one can be checked again.
 */
export function tokenHook(
  rules: TokenRules,
  metadata: ResourceMetadata | undefined,
  tell: (fault: string) => void,
): AuthHook {
  const ask = outcomesBy(rules, tell)
  const hook = async (request: Request): Promise<AuthInfo | Response | undefined> => {
    const outcome = await ask(request)
    if (outcome.kind === 'known') return outcome.auth
    return outcome.kind === 'answered' ? responseOf(outcome.answer) : undefined
  }
  const { clockTolerance } = rules
  return Object.assign(hook, { ...(metadata && { metadata }), clockTolerance, [plainAsk]: ask })
}

function outcomesBy(rules: TokenRules, tell: (fault: string) => void) {
  const check = tokenCheck(rules)
  let told: string | undefined
  return async (request: Request): Promise<HookOutcome> => {
    const token = presentedToken(request)
    if (token === undefined) return { kind: 'unknown' }
    const checked = await check(token)
    const fault = checked.kind === 'unavailable' ? checked.fault : undefined
    if (fault !== undefined && fault !== told) tell(fault)
    told = fault
    return checked.kind === 'known'
      ? { kind: 'known', auth: withBareClaims(checked.auth) }
      : { kind: 'answered', answer: refusal(checked) }
  }
}

/** Without a prototype, claims cannot inherit properties from a polluted Object.prototype. */
function withBareClaims(auth: AuthInfo): AuthInfo {
  const { extra } = auth
  return { ...auth, extra: { ...extra, claims: Object.assign(Object.create(null), extra?.claims) } }
}

function refusal(checked: Exclude<CheckedToken, { kind: 'known' }>): Answer {
  switch (checked.kind) {
    case 'invalid': {
      const challenge = `Bearer realm="mcp", error="invalid_token", error_description="${checked.words}"`
      return refused(401, checked.words, ['www-authenticate', challenge])
    }
    case 'lacking': {
      const scope = checked.scopes.join(' ')
      const challenge = `Bearer realm="mcp", error="insufficient_scope", scope="${scope}"`
      return refused(403, `The token needs the scopes ${scope}`, ['www-authenticate', challenge])
    }
    case 'unavailable':
      return refused(503, 'Tokens cannot be checked at the moment', ['retry-after', '10'])
  }
}

const refused = (status: number, message: string, header: Answer['headers'][number]) =>
  jsonAnswer(status, errorReply(null, errorCodes.server, message), [header])

const responseOf = ({ status, headers, body }: Answer) =>
  new WebResponse(new Uint8Array(body), { status, headers: headers.map(([name, value]) => [name, value]) })
