import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether a request may pass: everybody while MCP_TOKEN is not set, then whoever sends it as a bearer token.
 * Replace this with what your users log in with.
 */
export function isAllowed(authorization: string | null | undefined): boolean {
  const token = process.env.MCP_TOKEN
  if (!token) return true
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`))
}

/** Digests are of equal length, which the comparison needs. */
const digest = (text: string) => createHash('sha256').update(text).digest()
