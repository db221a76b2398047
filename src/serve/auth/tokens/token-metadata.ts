import type { ResourceMetadata } from '../../../protocol/auth.ts'
import { WebUrl } from '../../../transports/web/web-url.ts'

/** Whether a text is an http or https URL. */
export const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text) && WebUrl.canParse(text)

/** Tells clients where to get a token (RFC 9728); undefined if no issuer is configured. */
export function tokenMetadata(
  rules: {
    readonly issuer?: string | undefined
    readonly audience: readonly string[]
    readonly scopes: readonly string[]
  },
  resource = rules.audience.find(isHttpUrl),
): ResourceMetadata | undefined {
  const { issuer, scopes } = rules
  if (issuer === undefined) return undefined
  return { authorizationServers: [issuer], resource, ...(scopes.length > 0 && { scopes }) }
}
