import { createHash, timingSafeEqual } from 'node:crypto'
import type { AuthHook } from '../../protocol/auth.ts'
import { own } from '../../protocol/own.ts'
import { usageError } from '../../terminal/errors.ts'

/**
 * The token that callers must present, from an environment variable.
 * @throws CliError (exit 2) when the variable is missing or cannot be sent in a header.
 */
export function tokenFrom(variable: string, env: NodeJS.ProcessEnv): string {
  const token = own(env, variable)?.trim()
  if (token === undefined) throw usageError(`--token-env: the variable ${variable} is not set`)
  if (token === '') throw usageError(`--token-env: the variable ${variable} is empty`)
  if (/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return token
  throw usageError(`--token-env: ${variable} holds characters that a bearer token cannot have (RFC 6750)`)
}

/** Admits whoever presents one token. Digests are compared, so that time tells nothing of the token or its length. */
export function staticToken(token: string): AuthHook {
  const expected = digest(token)
  return (request) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (given === undefined || !timingSafeEqual(digest(given), expected)) return undefined
    return { token, clientId: 'token', scopes: [] }
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()
