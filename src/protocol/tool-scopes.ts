import { type AuthInfo, isObject, propertyOf } from './auth.ts'
import { isArray, mapGet } from './builtins.ts'
import type { JsonRpcMessage } from './jsonrpc.ts'
import { own } from './own.ts'

/** The scopes that callers of tools need, by the name of the tool; of those that need none, nothing is said. */
export type ToolScopes = ReadonlyMap<string, readonly string[]>

/** Says which scopes a caller would need for what a message asks; nothing when nothing is missing. */
export type LackingScopes = (
  message: JsonRpcMessage,
  auth: AuthInfo | undefined,
) => readonly string[] | undefined

/**
 * Finds the scopes that callers lack.
 * @param inCode what the server's own definitions say, as it is at the time of each call.
 * @param outside what was said of its tools from outside.
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

/** Whether a caller has all these scopes; a caller that nobody knows has none. Methods of arrays may be replaced. */
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

/** Whether a text is one scope, which has no spaces and no quotes (RFC 6749, 3.3). */
export const isScope = (text: unknown): text is string =>
  typeof text === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)
