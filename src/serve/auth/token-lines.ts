import { mapGet, mapSet } from '../../protocol/builtins.ts'
import { digestOf } from '../../protocol/digest.ts'

/** The names of tokens, by the digest of each: neither a look-up nor a dump of this process tells a token. */
export type NamedTokens = ReadonlyMap<string, string>

/** Whether a text can be sent as a bearer token (RFC 6750, 2.1). */
export const isBearerToken = (text: string): boolean => /^[A-Za-z0-9\-._~+/]+=*$/.test(text)

/**
 * The tokens of a file with lines of `NAME=token`; empty lines and those that begin with `#` say nothing. A name may
 * have several tokens, as it has while one takes the place of another; a token has one name.
 * @throws Error that names the line and never repeats what stands there.
 */
export function namedTokens(text: string): NamedTokens {
  const lines = text.split(/\r?\n/)
  const tokens = new Map<string, string>()
  for (const [at, line] of lines.entries()) {
    const said = line.trim()
    // The beginning of a token would open the door as well as the token, and a file half written ends with one.
    if (said !== '' && at === lines.length - 1) throw fault(at, 'it does not end with a newline')
    if (said === '' || said.startsWith('#')) continue
    const [, name, token = ''] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})\s*=\s*(.*)$/.exec(said) ?? []
    if (name === undefined) throw fault(at, 'it is not NAME=token')
    if (token === '') throw fault(at, 'it has no token')
    if (!isBearerToken(token)) throw fault(at, 'its token has characters that cannot be sent (RFC 6750)')
    const digest = digestOf(token)
    if ((mapGet(tokens, digest) ?? name) !== name)
      throw fault(at, 'its token belongs to another name already')
    mapSet(tokens, digest, name)
  }
  if (tokens.size === 0) throw new Error('it holds no token: write lines of NAME=token')
  return tokens
}

const fault = (at: number, words: string) => new Error(`line ${at + 1}: ${words}`)
