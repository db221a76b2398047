import { connectionWords } from '../../process/proxy/proxy-fault.ts'
import { messageOf } from '../../terminal/errors.ts'
import { LoginFault } from './login-fault.ts'
import { loginRequests } from './login-requests.ts'

/** What a server requires of a token, from its 401 or 403 response (RFC 6750, 3; RFC 9728, 5.1). */
export interface Challenge {
  readonly scope: string | undefined
  readonly resourceMetadataUrl: URL | undefined
  /** The token is valid, but lacks scopes. */
  readonly insufficient: boolean
}

/** The challenge of a server without details. */
export const nothingSaid: Challenge = {
  scope: undefined,
  resourceMetadataUrl: undefined,
  insufficient: false,
}

/** The challenge in a response; `undefined` if it is not a refusal. */
export async function challengeOf(response: Response): Promise<Challenge | undefined> {
  if (response.status !== 401 && response.status !== 403) return undefined
  const { extractWWWAuthenticateParams } = await import('../official-client.ts')
  const { scope, resourceMetadataUrl, error } = extractWWWAuthenticateParams(response)
  const insufficient = response.status === 403
  if (insufficient && error !== 'insufficient_scope') return undefined
  return { scope, resourceMetadataUrl, insufficient }
}

/**
 * Sends a request without a token, to get the server's challenge.
 * @throws LoginFault when it cannot be reached.
 */
export async function askForChallenge(url: URL): Promise<Challenge | undefined> {
  const fetch = loginRequests(url, new AbortController().signal)
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
  const init = /\/sse\/?$/.test(url.pathname) ? { headers } : { method: 'POST', headers, body }
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' })
    void response.body?.cancel().catch(() => undefined)
    return await challengeOf(response)
  } catch (error) {
    throw new LoginFault(`it cannot be reached: ${connectionWords(error) ?? messageOf(error)}`, {
      cause: error,
    })
  }
}
