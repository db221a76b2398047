import type { ResourceMetadata } from '../../../protocol/auth.ts'
import { WebUrl } from '../../../transports/web/web-url.ts'

/** Whether a text is the URL of something on the web. */
export const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text) && WebUrl.canParse(text)

/** What clients are told of where to get a token (RFC 9728); nothing where nobody has said who issues them. */
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
