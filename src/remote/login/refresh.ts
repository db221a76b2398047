import { checkMetadata } from './checked-metadata.ts'
import { withTokens } from './login-provider.ts'
import { loginRequests } from './login-requests.ts'
import type { StoredLogin } from './stored-logins.ts'

/**
 * Refreshes a login (RFC 6749, 6).
 * @returns `undefined` if there is no refresh token, or it was refused.
 * @throws when the authorization server is unreachable or fails: the login is retained then.
 */
export async function refreshed(login: StoredLogin, stop: AbortSignal): Promise<StoredLogin | undefined> {
  const { tokens, client, discovery } = login
  if (!tokens?.refresh_token || !client || !discovery) return undefined
  // Secrets are only sent to the server that issued them.
  const { authorizationServerMetadata: metadata, authorizationServerUrl } = discovery
  const issuer = metadata?.issuer ?? authorizationServerUrl
  if (tokens.issuer !== issuer || client.issuer !== issuer) return undefined
  const server = new URL(login.url)
  checkMetadata(discovery, server, false)
  const { refreshAuthorization, OAuthError } = await import('../official-client.ts')
  const resource = discovery.resourceMetadata?.resource
  try {
    const got = await refreshAuthorization(authorizationServerUrl, {
      ...(metadata && { metadata }),
      clientInformation: client,
      refreshToken: tokens.refresh_token,
      ...(resource !== undefined && { resource: new URL(resource) }),
      fetchFn: loginRequests(server, stop),
    })
    return withTokens(login, { ...got, scope: got.scope ?? tokens.scope, issuer })
  } catch (error) {
    if (error instanceof OAuthError && error.code !== 'server_error') return undefined
    throw error
  }
}
