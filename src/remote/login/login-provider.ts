import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import { nextCommand, shellWord } from '../../terminal/shell-command.ts'
import { checkMetadata } from './checked-metadata.ts'
import { LoginFault } from './login-fault.ts'
import { isHeaderText, type LoginSettings } from './login-settings.ts'
import type { StoredLogin } from './stored-logins.ts'

/** The supported grant types (RFC 6749, 4.1 and 4.4; RFC 8628). */
type Grant = 'authorization_code' | 'urn:ietf:params:oauth:grant-type:device_code' | 'client_credentials'

/** The provider for the official client's login: it reads and fills one stored login. */
export class LoginProvider implements OAuthClientProvider {
  readonly redirectUrl: string | undefined
  readonly clientMetadataUrl?: string
  /** The URL for the browser, once known. */
  authorizationUrl: URL | undefined
  login: StoredLogin
  readonly #settings: LoginSettings
  readonly #grant: Grant
  readonly #state: string
  readonly #tokenRequest: URLSearchParams | undefined
  #verifier = ''

  constructor(
    login: StoredLogin,
    settings: LoginSettings,
    grant: { name: Grant; redirectUrl?: string; state?: string; request?: URLSearchParams },
  ) {
    this.login = login
    this.#settings = settings
    this.#grant = grant.name
    this.redirectUrl = grant.redirectUrl
    this.#state = grant.state ?? ''
    this.#tokenRequest = grant.request
    if (settings.clientMetadataUrl !== undefined) this.clientMetadataUrl = settings.clientMetadataUrl
  }

  get clientMetadata(): OAuthClientMetadata {
    const grants = this.#grant === 'client_credentials' ? [this.#grant] : [this.#grant, 'refresh_token']
    const supported = this.login.discovery?.authorizationServerMetadata?.token_endpoint_auth_methods_supported
    const known = ['none', 'client_secret_basic', 'client_secret_post']
    return {
      client_name: 'fastmcp',
      redirect_uris: this.redirectUrl === undefined ? [] : [this.redirectUrl],
      grant_types: grants,
      response_types: this.redirectUrl === undefined ? [] : ['code'],
      token_endpoint_auth_method: known.find((one) => supported?.includes(one)) ?? 'none',
      application_type: 'native',
      ...(this.#settings.scope !== undefined && { scope: this.#settings.scope }),
    }
  }

  state(): string {
    return this.#state
  }

  /** A configured client applies to every issuer; a registered one belongs to one issuer. */
  clientInformation(context?: { issuer: string }): StoredOAuthClientInformation | undefined {
    const { clientId, clientSecret } = this.#settings
    if (clientId === undefined) return this.login.client
    if (clientSecret !== undefined && context) checkIssuer(this.login, context.issuer)
    const secret = clientSecret === undefined ? {} : { client_secret: clientSecret }
    const given = { client_id: clientId, ...secret, ...(context && { issuer: context.issuer }) }
    this.login = { ...this.login, client: given }
    return given
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.login = { ...this.login, client }
  }

  /** None: existing tokens were refused, or could not be refreshed. */
  tokens(): undefined {
    return undefined
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.login = withTokens(this.login, tokens)
  }

  redirectToAuthorization(url: URL): void {
    this.authorizationUrl = url
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }

  codeVerifier(): string {
    return this.#verifier
  }

  /** Called before anything is sent to the authorization server. */
  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    checkMetadata(discovery, new URL(this.login.url), this.redirectUrl !== undefined)
    this.login = { ...this.login, discovery }
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.login.discovery
  }

  /** The parameters of a token request that is not a code exchange. */
  prepareTokenRequest(scope?: string): URLSearchParams | undefined {
    if (this.#tokenRequest) return this.#tokenRequest
    if (this.#grant !== 'client_credentials') return undefined
    return new URLSearchParams({ grant_type: this.#grant, ...(scope !== undefined && { scope }) })
  }
}

/** Maximum lifetime of a token in seconds, since larger numbers may exceed the range of dates. */
const longest = 10 * 365 * 86_400

/**
 * A login with new tokens and their expiry.
 * @throws LoginFault for a token that is not a valid header value: the error of `fetch` would quote it.
 */
export function withTokens(login: StoredLogin, tokens: StoredOAuthTokens): StoredLogin {
  const { access_token: token, expires_in: seconds } = tokens
  if (!isHeaderText(token)) throw new LoginFault('the authorization server sent a token that cannot be one')
  const expiresAt = seconds === undefined ? undefined : Date.now() + Math.min(seconds, longest) * 1000
  return { ...login, tokens, expiresAt }
}

/**
 * A server that names a different issuer than before may be compromised, and after the secret.
 * @throws LoginFault
 */
function checkIssuer({ url, client }: StoredLogin, issuer: string): void {
  const before = client?.issuer
  if (before === undefined || new URL(before).href === new URL(issuer).href) return
  throw new LoginFault(
    `its authorization server is not the one before, and is not sent the secret: ${nextCommand(`logout ${shellWord(url)}`)}, if that is right`,
  )
}
