import { randomBytes } from 'node:crypto'
import { openBrowser } from '../../../process/browser.ts'
import { limitedSignal } from '../../../process/limited-signal.ts'
import { codeOf } from '../../../terminal/errors.ts'
import { addressFault, checkMetadata } from '../checked-metadata.ts'
import { LoginFault } from '../login-fault.ts'
import { LoginProvider } from '../login-provider.ts'
import { type LoginRun, personLimit } from '../login-run.ts'
import type { StoredLogin } from '../stored-logins.ts'
import { CallbackListener, codeIn } from './callback-listener.ts'

/**
 * Logs the user in with the local browser, by an authorization code with PKCE (OAuth 2.1, 4.1).
 * @throws LoginFault when it was refused or took too long, or what the official client throws.
 */
export async function browserLogin(run: LoginRun): Promise<StoredLogin> {
  if (run.login.discovery) checkMetadata(run.login.discovery, run.url, true)
  const state = randomBytes(32).toString('base64url')
  const callback = new CallbackListener(state)
  try {
    const { redirectUrl, login } = await callbackFor(run, callback)
    const grant = { name: 'authorization_code' as const, redirectUrl, state }
    const provider = new LoginProvider(login, run.settings, grant)
    const { auth } = await import('../../official-client.ts')
    const scope = run.scope === undefined ? {} : { scope: run.scope }
    const options = { serverUrl: run.url, ...scope, fetchFn: run.fetch }
    await auth(provider, options)
    await show(provider.authorizationUrl, run)
    const params = await callback.answer(limitedSignal(personLimit, run.stop)).catch(tooLong)
    await checkIssuer(params, run)
    const iss = params.get('iss')
    const code = { authorizationCode: codeIn(params), ...(iss !== null && { iss }) }
    await auth(provider, { ...options, ...code })
    return { ...provider.login, redirectUrl }
  } finally {
    callback.close()
  }
}

/** Only for the user's time limit: a slow authorization server has its own message. */
function tooLong(error: unknown): never {
  const isLate = error instanceof DOMException && error.name === 'TimeoutError'
  throw isLate ? new LoginFault('the login took too long') : error
}

/** An error response must also come from the right issuer (RFC 9207, 2.4). */
async function checkIssuer(params: URLSearchParams, { login }: LoginRun): Promise<void> {
  const { validateAuthorizationResponseIssuer } = await import('../../official-client.ts')
  const metadata = login.discovery?.authorizationServerMetadata
  validateAuthorizationResponseIssuer({
    iss: params.get('iss') ?? undefined,
    expectedIssuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
  })
}

/** If the port of the registered redirect URL is in use, the client is registered again. */
async function callbackFor(
  { settings, login }: LoginRun,
  callback: CallbackListener,
): Promise<{ redirectUrl: string; login: StoredLogin }> {
  const earlier = login.redirectUrl === undefined ? 0 : Number(new URL(login.redirectUrl).port)
  const { callbackPort } = settings
  try {
    const redirectUrl = (await callback.listen(callbackPort ?? earlier)).href
    return { redirectUrl, login: redirectUrl === login.redirectUrl ? login : withoutClient(login) }
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    if (callbackPort !== undefined)
      throw new LoginFault(`--callback-port ${callbackPort}: the port is in use`)
    return { redirectUrl: (await callback.listen(0)).href, login: withoutClient(login) }
  }
}

/** A client with a metadata document is not bound to a port (RFC 8252, 7.3). */
const withoutClient = (login: StoredLogin): StoredLogin =>
  login.client?.client_id.startsWith('https://') ? login : { ...login, client: undefined }

async function show(url: URL | undefined, { tell, url: server }: LoginRun): Promise<void> {
  const fault = url ? addressFault(url, server) : 'is missing'
  if (!url || fault !== undefined) throw new LoginFault(`its authorization endpoint ${fault}`)
  const opened = await openBrowser(url, process.env)
  const how = opened ? 'Log in with the browser that has opened, or at' : 'Open this address to log in'
  tell(`${server.origin} asks for a login. ${how}:\n  ${url.href}`)
}
