import { rmSync } from 'node:fs'
import { isProtected } from './checked-metadata.ts'
import { withClient } from './client-credentials.ts'
import { LoginFault } from './login-fault.ts'
import { withLoginLock } from './login-lock.ts'
import { loginRequests } from './login-requests.ts'
import { openLogin } from './saved-login.ts'
import { isSealed, readLogin, type StoredLogin } from './stored-logins.ts'

/** Milliseconds to wait for another process's refresh, which would recreate the login. */
const othersLimit = 10_000

/**
 * Removes a login, and revokes its tokens (RFC 7009).
 * @param url the server of the login.
 * @param tell says something to the person, on stderr.
 * @returns a problem, if any; the local login is removed in any case.
 */
export async function forget(
  file: string,
  url: string,
  tell: (text: string) => void,
): Promise<string | undefined> {
  const { signal } = new AbortController()
  const onWait = () => tell(`Another fastmcp is logging in at ${new URL(url).origin}. Waiting for it …`)
  const wait = { limit: othersLimit, signal, onWait }
  try {
    const last = await withLoginLock(file, wait, () => taken(file))
    return last === 'sealed' ? sealedWords : last && (await revoked(last))
  } catch (error) {
    if (!(error instanceof LoginFault)) throw error
    const last = await taken(file)
    if (last === 'sealed') return sealedWords
    return (last && (await revoked(last))) ?? error.message
  }
}

const sealedWords =
  "its tokens could not be revoked, since the system's keyring does not give the key to them; they end by themselves"

/** Removes the current login, even if it cannot be decrypted. */
async function taken(file: string): Promise<StoredLogin | 'sealed' | undefined> {
  const wasSealed = isSealed(readLogin(file))
  try {
    return (await openLogin(file)) ?? (wasSealed ? 'sealed' : undefined)
  } catch (error) {
    if (wasSealed && error instanceof LoginFault) return 'sealed'
    throw error
  } finally {
    rmSync(file, { force: true })
  }
}

/** @returns why its tokens could not be revoked. */
async function revoked(login: StoredLogin): Promise<string | undefined> {
  const { tokens, client, discovery } = login
  const metadata = discovery?.authorizationServerMetadata
  const endpoint: unknown = Reflect.get(metadata ?? {}, 'revocation_endpoint')
  if (!tokens || !client || typeof endpoint !== 'string') return undefined
  if (!URL.canParse(endpoint) || !isProtected(new URL(endpoint), new URL(login.url))) return undefined
  if (tokens.issuer !== client.issuer) return undefined
  const fetch = loginRequests(new URL(login.url), new AbortController().signal)
  for (const kind of ['refresh_token', 'access_token'] as const) {
    const token = tokens[kind]
    if (token === undefined) continue
    const body = new URLSearchParams({ token, token_type_hint: kind })
    try {
      const headers = await withClient(client, waysToRevoke(metadata), body)
      const { ok, status } = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'error' })
      if (!ok) return `its tokens could not be revoked (${status}); they end by themselves`
    } catch {
      return 'its tokens could not be revoked; they end by themselves'
    }
  }
  return undefined
}

/**
 * The client authentication methods for revocation; many servers declare them only for the token endpoint (RFC 8414,
 * 2).
 */
function waysToRevoke(metadata: object | undefined): string[] | undefined {
  for (const endpoint of ['revocation', 'token']) {
    const ways: unknown = Reflect.get(metadata ?? {}, `${endpoint}_endpoint_auth_methods_supported`)
    if (Array.isArray(ways)) return ways.map(String)
  }
  return undefined
}
