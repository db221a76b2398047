import { createHash, timingSafeEqual } from 'node:crypto'
import type { AuthHook } from 'fastmcp-cli'

// While you develop, everybody on this machine may call. What is deployed does not start without a token.
if (!process.env.MCP_TOKEN && process.env.NODE_ENV === 'production')
  throw new Error('MCP_TOKEN is not set: it is the bearer token that callers must send')

/**
 * Says who calls: whoever sends MCP_TOKEN as a bearer token. Tools find the result as `ctx.auth`. Replace this with what
 * your users log in with; `jwtAuth` checks tokens of an OAuth server.
 */
export const auth: AuthHook = (request) => {
  const token = process.env.MCP_TOKEN
  if (!token) return { clientId: 'anybody', token: '', scopes: [] }
  const given = request.headers.get('authorization') ?? ''
  const same = timingSafeEqual(digest(given), digest(`Bearer ${token}`))
  return same ? { clientId: 'holder of the token', token, scopes: [] } : undefined
}

/** Digests are of equal length, which the comparison needs. */
const digest = (text: string) => createHash('sha256').update(text).digest()
