import type { OAuthDiscoveryState } from '@modelcontextprotocol/client'
import { isNear } from '../../process/near-hosts.ts'
import { LoginFault } from './login-fault.ts'

/** Loopback hosts (RFC 8252, 7.3). */
const loopback = /^(localhost|.*\.localhost|127\.0\.0\.1|\[::1\])$/

/** Maximum characters of a URL, since it is passed to a browser as an argument. */
const longest = 8192

/**
 * Why nothing of a login may be sent to a URL, as text that follows its name; undefined if it may.
 * @param server the server that names the URL: a remote one must not name local addresses.
 */
export function addressFault(address: URL, server: URL): string | undefined {
  const { protocol, hostname, username, password, href } = address
  const isHere = loopback.test(hostname) && loopback.test(server.hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) return 'is not https'
  if (isNear(address) && !isNear(server)) return 'is on this machine'
  // A user name can be mistaken for the host.
  if (username !== '' || password !== '') return 'has a user name in it'
  return href.length > longest ? `is longer than ${longest} characters` : undefined
}

/** Whether a URL is protected in transit, and may be used at all. */
export const isProtected = (address: URL, server: URL): boolean => addressFault(address, server) === undefined

/**
 * Refuses insecure metadata: endpoints without TLS, and servers that do not declare PKCE support (2025-11-25,
 * basic/authorization, "Authorization Code Protection").
 * @param server the server for which the login is.
 * @param browser whether it is a browser login, which needs PKCE.
 * @throws LoginFault with the reason.
 */
export function checkMetadata(state: OAuthDiscoveryState, server: URL, browser: boolean): void {
  const checkEndpoint = (what: string, address: string | undefined) => checkAddress(what, address, server)
  const { authorizationServerUrl, authorizationServerMetadata: metadata } = state
  checkEndpoint('authorization server', authorizationServerUrl)
  if (!metadata) return
  const { authorization_endpoint, token_endpoint, registration_endpoint } = metadata
  checkEndpoint('authorization endpoint', authorization_endpoint)
  checkEndpoint('token endpoint', token_endpoint)
  checkEndpoint('registration endpoint', registration_endpoint)
  checkEndpoint('device endpoint', deviceEndpoint(state))
  const methods = metadata.code_challenge_methods_supported ?? []
  if (browser && !methods.includes('S256'))
    throw new LoginFault(
      'its authorization server does not offer PKCE with S256, without which a login can be stolen',
    )
}

/** The device authorization endpoint (RFC 8628, 4), if there is one. */
export function deviceEndpoint({ authorizationServerMetadata }: OAuthDiscoveryState): string | undefined {
  const endpoint: unknown = Reflect.get(authorizationServerMetadata ?? {}, 'device_authorization_endpoint')
  return typeof endpoint === 'string' ? endpoint : undefined
}

function checkAddress(what: string, address: string | undefined, server: URL): void {
  if (address === undefined || address === '') return
  if (!URL.canParse(address)) throw new LoginFault(`its ${what} is not a URL`)
  const fault = addressFault(new URL(address), server)
  if (fault !== undefined) throw new LoginFault(`its ${what} ${fault}`)
}
