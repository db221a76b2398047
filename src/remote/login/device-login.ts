import { setTimeout as delay } from 'node:timers/promises'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { addressFault, deviceEndpoint } from './checked-metadata.ts'
import { withClient } from './client-credentials.ts'
import { LoginFault } from './login-fault.ts'
import { LoginProvider } from './login-provider.ts'
import { type LoginRun, personLimit } from './login-run.ts'
import type { StoredLogin } from './stored-logins.ts'

const grant = 'urn:ietf:params:oauth:grant-type:device_code'

/** Minimum polling interval in milliseconds, even if the server asks for none. */
const minInterval = 100

/** The device authorization response (RFC 8628, 3.2). */
interface DeviceCode {
  readonly code: string
  readonly userCode: string
  readonly address: string
  /** Polling interval in milliseconds. */
  readonly interval: number
  /** Milliseconds. */
  readonly lifetime: number
}

/**
 * Logs the user in with a code that they enter in a browser on any device (RFC 8628).
 * @throws LoginFault when it was refused or took too long.
 */
export async function deviceLogin(run: LoginRun): Promise<StoredLogin> {
  const { auth, OAuthError } = await import('../official-client.ts')
  const request = new URLSearchParams({ grant_type: grant })
  const login = await withDeviceClient(run)
  const provider = new LoginProvider(login, run.settings, { name: grant, request })
  const device = await deviceCode(run, login)
  request.set('device_code', device.code)
  const where = `On any device, open ${device.address} and enter the code ${device.userCode}`
  run.tell(`${run.url.origin} asks for a login. ${where}`)
  let { interval } = device
  const deadline = Date.now() + device.lifetime
  while (Date.now() < deadline) {
    await delay(interval, undefined, { signal: run.stop })
    try {
      await auth(provider, { serverUrl: run.url, fetchFn: run.fetch })
      return provider.login
    } catch (error) {
      if (error instanceof LoginFault) throw error
      const code: string = error instanceof OAuthError ? error.code : ''
      if (code === 'slow_down') interval += 5_000
      else if (code === 'access_denied') throw new LoginFault('the login was refused (access_denied)')
      else if (code === 'expired_token') break
      // Temporary failures of the server or the network must not abort the login (RFC 8628, 3.5).
      else if (code === 'server_error' || !(error instanceof OAuthError)) interval *= 2
      else if (code !== 'authorization_pending') throw error
    }
  }
  throw new LoginFault('the code expired before anybody had logged in')
}

/** The client, registered if necessary. */
async function withDeviceClient({ url, login, settings, scope, fetch }: LoginRun): Promise<StoredLogin> {
  const metadata = login.discovery?.authorizationServerMetadata
  const issuer = metadata?.issuer ?? url.origin
  const provider = new LoginProvider(login, settings, { name: grant })
  if (provider.clientInformation({ issuer })?.issuer === issuer) return provider.login
  const { registerClient } = await import('../official-client.ts')
  const document = settings.clientMetadataUrl
  const client =
    document !== undefined && metadata?.client_id_metadata_document_supported === true
      ? { client_id: document }
      : await registerClient(issuer, {
          ...(metadata && { metadata }),
          clientMetadata: provider.clientMetadata,
          ...(scope !== undefined && { scope }),
          fetchFn: fetch,
        })
  return { ...login, client: { ...client, issuer } }
}

async function deviceCode(run: LoginRun, { discovery, client }: StoredLogin): Promise<DeviceCode> {
  const endpoint = discovery && deviceEndpoint(discovery)
  if (endpoint === undefined || !client) throw new LoginFault('it offers no login on another device')
  const body = new URLSearchParams()
  const ways = discovery?.authorizationServerMetadata?.token_endpoint_auth_methods_supported
  const credentials = await withClient(client, ways, body)
  if (run.scope !== undefined) body.set('scope', run.scope)
  const resource = discovery?.resourceMetadata?.resource
  if (resource !== undefined) body.set('resource', resource)
  const headers = { accept: 'application/json', ...credentials }
  const init = { method: 'POST', body, redirect: 'error' as const, headers }
  const response = await run.fetch(endpoint, init)
  const answer: unknown = response.ok ? await response.json().catch(() => undefined) : undefined
  if (!isRecord(answer) || typeof answer.device_code !== 'string' || typeof answer.user_code !== 'string')
    throw new LoginFault(`the authorization server refused a login on another device (${response.status})`)
  const address = String(answer.verification_uri_complete ?? answer.verification_uri)
  const fault = URL.canParse(address) ? addressFault(new URL(address), run.url) : 'is not a URL'
  if (fault !== undefined) throw new LoginFault(`the address to log in at ${fault}`)
  return {
    code: answer.device_code,
    userCode: answer.user_code.replace(/[^\x21-\x7e]/g, '?').slice(0, 60),
    address: new URL(address).href,
    interval: Math.max(secondsIn(answer.interval, 5, 60) * 1000, minInterval),
    lifetime: Math.min(secondsIn(answer.expires_in, 300, 3600) * 1000, personLimit),
  }
}

const secondsIn = (value: unknown, usual: number, most: number): number =>
  typeof value === 'number' && value > 0 ? Math.min(value, most) : usual
