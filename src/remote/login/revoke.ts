import { rmSync } from 'node:fs'
import { isProtected } from './checked-metadata.ts'
import { loginRequests } from './login-requests.ts'
import type { StoredLogin } from './stored-logins.ts'

/**
 * Removes a login, and asks the authorization server to take its tokens back (RFC 7009).
 * @returns why it could not be asked; the login is gone from here in any case.
 */
export async function forget(file: string, login: StoredLogin): Promise<string | undefined> {
  rmSync(file, { force: true })
  const { tokens, client, discovery } = login
  const endpoint: unknown = Reflect.get(discovery?.authorizationServerMetadata ?? {}, 'revocation_endpoint')
  if (!tokens || !client || typeof endpoint !== 'string') return undefined
  if (!URL.canParse(endpoint) || !isProtected(new URL(endpoint))) return undefined
  if (tokens.issuer !== client.issuer) return undefined
  const fetch = loginRequests(new AbortController().signal)
  for (const kind of ['refresh_token', 'access_token'] as const) {
    const token = tokens[kind]
    if (token === undefined) continue
    const body = new URLSearchParams({ token, token_type_hint: kind, client_id: client.client_id })
    if (client.client_secret !== undefined) body.set('client_secret', client.client_secret)
    try {
      const { ok, status } = await fetch(endpoint, { method: 'POST', body, redirect: 'error' })
      if (!ok) return `its tokens could not be revoked (${status}); they end by themselves`
    } catch {
      return 'its tokens could not be revoked; they end by themselves'
    }
  }
  return undefined
}
