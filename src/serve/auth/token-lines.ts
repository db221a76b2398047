import { mapGet, mapSet } from '../../protocol/builtins.ts'
import { digestOf } from '../../protocol/digest.ts'
import { isScope } from '../../protocol/tool-scopes.ts'

/** The client that a token belongs to, and its scopes. */
export interface NamedToken {
  readonly name: string
  readonly scopes: readonly string[]
}

/** Tokens by their digest, so that neither the timing of a lookup nor a heap dump reveals a token. */
export type NamedTokens = ReadonlyMap<string, NamedToken>

/** Whether a text can be sent as a bearer token (RFC 6750, 2.1). */
export const isBearerToken = (text: string): boolean => /^[A-Za-z0-9\-._~+/]+=*$/.test(text)

/**
 * Parses a token file: lines of `NAME=token`, or `NAME=token scope=read write` for a token with scopes; blank lines and
 * lines that begin with `#` are ignored. A name may have several tokens, as during a rotation; a token has one name,
 * and the same scopes on every line.
 * @throws Error that names the line and never quotes its content.
 */
export function namedTokens(text: string): NamedTokens {
  const lines = text.split(/\r?\n/)
  const tokens = new Map<string, NamedToken>()
  for (const [at, line] of lines.entries()) {
    const said = line.trim()
    // A half-written file could end with the beginning of a token, which would then be accepted as a token.
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
