import { mapGet, mapSet } from '../../protocol/builtins.ts'
import { digestOf } from '../../protocol/digest.ts'
import { isScope } from '../../protocol/tool-scopes.ts'

/** Whose a token is, and the scopes that it carries. */
export interface NamedToken {
  readonly name: string
  readonly scopes: readonly string[]
}

/** What is known of tokens, by the digest of each: neither a look-up nor a dump of this process tells a token. */
export type NamedTokens = ReadonlyMap<string, NamedToken>

/** Whether a text can be sent as a bearer token (RFC 6750, 2.1). */
export const isBearerToken = (text: string): boolean => /^[A-Za-z0-9\-._~+/]+=*$/.test(text)

/**
 * The tokens of a file with lines of `NAME=token`, or `NAME=token scope=read write` for one that carries scopes; empty
 * lines and those that begin with `#` say nothing. A name may have several tokens, as it has while one takes the place of
 * another; a token has one name, and the same scopes wherever it stands.
 * @throws Error that names the line and never repeats what stands there.
 */
export function namedTokens(text: string): NamedTokens {
  const lines = text.split(/\r?\n/)
  const tokens = new Map<string, NamedToken>()
  for (const [at, line] of lines.entries()) {
    const said = line.trim()
    // The beginning of a token would open the door as well as the token, and a file half written ends with one.
    if (said !== '' && at === lines.length - 1) throw fault(at, 'it does not end with a newline')
    if (said === '' || said.startsWith('#')) continue
    const [, name, token = '', scope] =
      /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})\s*=\s*(.*?)(?:\s+scope=(.*))?$/.exec(said) ?? []
    const scopes = scope?.split(/ +/) ?? []
    if (name === undefined) throw fault(at, 'it is not NAME=token')
    if (token === '') throw fault(at, 'it has no token')
    if (!isBearerToken(token)) throw fault(at, 'its token has characters that cannot be sent (RFC 6750)')
    if (!scopes.every(isScope)) throw fault(at, 'a scope has characters that scopes cannot have (RFC 6749)')
    const digest = digestOf(token)
    const before = mapGet(tokens, digest)
    if (before && before.name !== name) throw fault(at, 'its token belongs to another name already')
    if (before && before.scopes.join(' ') !== scopes.join(' '))
      throw fault(at, 'its token has other scopes in an earlier line')
    mapSet(tokens, digest, { name, scopes })
  }
  if (tokens.size === 0) throw new Error('it holds no token: write lines of NAME=token')
  return tokens
}

const fault = (at: number, words: string) => new Error(`line ${at + 1}: ${words}`)
