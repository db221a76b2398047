import type { OAuthDiscoveryState } from '@modelcontextprotocol/client'
import { isNear } from '../../process/near-hosts.ts'
import { LoginFault } from './login-fault.ts'

/** Hosts that a request does not leave this machine for (RFC 8252, 7.3). */
const loopback = /^(localhost|.*\.localhost|127\.0\.0\.1|\[::1\])$/

/** Characters of an address; a browser is started with it as an argument, of which systems take only so much. */
const longest = 8192

/**
 * Why nothing of a login is sent to an address, in words that follow what it is; nothing when it may be.
 * @param server the server that names the address: one elsewhere has nothing to say of what is on this machine.
 */
export function addressFault(address: URL, server: URL): string | undefined {
  const { protocol, hostname, username, password, href } = address
  const isHere = loopback.test(hostname) && loopback.test(server.hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) return 'is not https'
  if (isNear(address) && !isNear(server)) return 'is on this machine'
  // A name before the host passes for the host.
  if (username !== '' || password !== '') return 'has a user name in it'
  return href.length > longest ? `is longer than ${longest} characters` : undefined
}

/** Whether nobody on the way can read or change what is sent there, and it may be sent there at all. */
export const isProtected = (address: URL, server: URL): boolean => addressFault(address, server) === undefined

/**
 * Refuses what would weaken a login: an endpoint that others on the way can read, and a server that does not say that
 * it checks the code's origin (2025-11-25, basic/authorization, "Authorization Code Protection").
 * @param server the server that is logged in at.
 * @param browser whether a browser is sent there, so that PKCE is needed.
 * @throws LoginFault saying what is wrong.
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

/** Where a device login begins (RFC 8628, 4), if it is offered. */
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
