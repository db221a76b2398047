import { type AuthInfo, isObject, propertyOf } from './auth.ts'
import { isArray, mapGet } from './builtins.ts'
import type { JsonRpcMessage } from './jsonrpc.ts'
import { own } from './own.ts'

/** The scopes that tools require, by tool name; only tools that require some. */
export type ToolScopes = ReadonlyMap<string, readonly string[]>

/** The scopes that a caller lacks for a message; undefined if none. */
export type LackingScopes = (
  message: JsonRpcMessage,
  auth: AuthInfo | undefined,
) => readonly string[] | undefined

/**
 * Creates the check for missing scopes.
 * @param inCode the scopes of the server's own definitions, read at each call.
 * @param outside the scopes that options configure.
 */
export function lackingScopes(
  inCode: () => ToolScopes | undefined,
  outside: Readonly<Record<string, readonly string[]>> = {},
): LackingScopes {
  return (message, auth) => {
    const name = toolCalledBy(message)
    if (name === undefined) return undefined
    const said = inCode()
    const needed = [...((said && mapGet(said, name)) ?? []), ...(own(outside, name) ?? [])]
    return holdsAll(auth, needed) ? undefined : [...new Set(needed)]
  }
}

/**
 * Whether a caller has all these scopes; an anonymous caller has none. Avoids array methods, which user code may
 * replace.
 */
export function holdsAll(auth: AuthInfo | undefined, needed: readonly string[]): boolean {
  const granted = auth && propertyOf(auth, 'scopes')
  for (const scope of needed) {
    let found = false
    if (isArray(granted)) for (const one of granted) found ||= one === scope
    if (!found) return false
  }
  return true
}

function toolCalledBy(message: JsonRpcMessage): string | undefined {
  if (!('method' in message) || message.method !== 'tools/call' || !isObject(message.params)) return undefined
  const name = propertyOf(message.params, 'name')
  return typeof name === 'string' ? name : undefined
}

/** Whether a text is a valid scope, without spaces and quotes (RFC 6749, 3.3). */
export const isScope = (text: unknown): text is string =>
  typeof text === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)
