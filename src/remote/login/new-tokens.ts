import type { OAuthDiscoveryState } from '@modelcontextprotocol/client'
import { browserCommand } from '../../process/browser.ts'
import { connectionWords } from '../../process/proxy/proxy-fault.ts'
import { browserLogin } from './browser/browser-login.ts'
import type { Challenge } from './challenge.ts'
import { addressFault, checkMetadata, deviceEndpoint } from './checked-metadata.ts'
import { deviceLogin } from './device-login.ts'
import { LoginFault } from './login-fault.ts'
import { LoginProvider } from './login-provider.ts'
import { loginRequests } from './login-requests.ts'
import type { LoginParts, LoginRun } from './login-run.ts'
import type { LoginSettings } from './login-settings.ts'
import type { StoredLogin } from './stored-logins.ts'

/**
 * Performs a new login: with client credentials, on another device, or in the browser.
 * @throws LoginFault, or what the official client throws.
 */
export async function newTokens(
  url: URL,
  before: StoredLogin | undefined,
  challenge: Challenge,
  parts: LoginParts,
): Promise<StoredLogin> {
  const { settings, stop } = parts
  const fetch = loginRequests(url, stop)
  const discovery = await discovered(url, challenge, stop)
  const scope = scopeOf(before, challenge, settings)
  const { client, redirectUrl } = before ?? {}
  const login = { url: url.href, machine: settings.machine, client, redirectUrl, discovery }
  const run: LoginRun = { ...parts, url, login, scope, fetch }
  const got = await granted(run).catch((error: unknown) => {
    const isKnown = error instanceof LoginFault || connectionWords(error) !== undefined
    const nowhere = isNoServer(discovery) && !isKnown
    throw nowhere ? new LoginFault(tokenWords, { cause: error }) : error
  })
  return { ...got, scope: [scope, got.tokens?.scope].filter(Boolean).join(' ') || undefined }
}

/** For a server with static tokens, without OAuth metadata or registration. */
const tokenWords = '401: it asks for a token; give it by --bearer-env or --header'

const unreadWords = '401: it asks for a login, but what it says of its logins cannot be read'

const silentWords =
  '401: it asks for a login, but what it says of its logins does not come in time; try again, or give a token by --bearer-env'

const isNoServer = ({ authorizationServerMetadata, resourceMetadata }: OAuthDiscoveryState): boolean =>
  authorizationServerMetadata === undefined && resourceMetadata === undefined

async function granted(run: LoginRun): Promise<StoredLogin> {
  const { settings, login } = run
  const { discovery } = login
  if (settings.machine) return machineLogin(run)
  const offersDevice = discovery !== undefined && deviceEndpoint(discovery) !== undefined
  if (settings.how === 'device' && !offersDevice)
    throw new LoginFault('its authorization server does not offer a login on another device')
  const noBrowser = settings.how === 'auto' && browserCommand(process.env) === undefined
  if (settings.how === 'device' || (noBrowser && offersDevice)) return deviceLogin(run)
  return browserLogin(run)
}

async function machineLogin({ url, login, settings, scope, fetch }: LoginRun): Promise<StoredLogin> {
  const { auth } = await import('../official-client.ts')
  const provider = new LoginProvider(login, settings, { name: 'client_credentials' })
  await auth(provider, { serverUrl: url, ...(scope !== undefined && { scope }), fetchFn: fetch })
  return provider.login
}

/** Discovers the issuer each time, since it may have changed. */
async function discovered(
  url: URL,
  { resourceMetadataUrl }: Challenge,
  stop: AbortSignal,
): Promise<OAuthDiscoveryState> {
  const fault = resourceMetadataUrl && addressFault(resourceMetadataUrl, url)
  if (fault !== undefined) throw new LoginFault(`the address of what it says of its logins ${fault}`)
  const { discoverOAuthServerInfo, OAuthClientFlowError } = await import('../official-client.ts')
  let late = false
  const fetchFn = loginRequests(url, stop, () => {
    late = true
  })
  const found = await discoverOAuthServerInfo(url, {
    ...(resourceMetadataUrl && { resourceMetadataUrl }),
    fetchFn,
  }).catch((error: unknown) => {
    const known = error instanceof LoginFault || error instanceof OAuthClientFlowError
    if (late) throw new LoginFault(silentWords, { cause: error })
    if (known || connectionWords(error) !== undefined) throw error
    throw new LoginFault(resourceMetadataUrl === undefined ? tokenWords : unreadWords, { cause: error })
  })
  // The official client treats a timeout as missing metadata, and would continue without its checks.
  if (late) throw new LoginFault(silentWords)
  const where = resourceMetadataUrl && { resourceMetadataUrl: resourceMetadataUrl.href }
  const state: OAuthDiscoveryState = { ...found, ...where }
  checkMetadata(state, url, false)
  return state
}

/** New scopes are added to the existing ones, so that other calls do not lose theirs. */
function scopeOf(
  before: StoredLogin | undefined,
  { scope, insufficient }: Challenge,
  settings: LoginSettings,
): string | undefined {
  const more = insufficient || settings.scope !== undefined
  const kept = more ? [before?.tokens?.scope ?? before?.scope] : []
  const all = [settings.scope, ...kept, scope].flatMap((one) => one?.split(' ') ?? [])
  return [...new Set(all)].filter(Boolean).join(' ') || undefined
}
