/** The possible origins of a token for a remote server. */
export interface TokenOrigins {
  /** The environment variable that the command line names. */
  readonly bearerEnv?: string | undefined
  /** The headers from the command line. */
  readonly header?: Readonly<Record<string, string>>
  /** The headers from a file or code. */
  readonly headers?: Readonly<Record<string, unknown>>
}

/**
 * What a 401 means: that the token was not accepted, or that none was sent.
 * @param how the reader can provide a token.
 */
export function tokenWords({ bearerEnv, header, headers }: TokenOrigins, how: string): string {
  if (bearerEnv !== undefined) return `the token in ${bearerEnv} (--bearer-env) was not accepted`
  if (saysCaller(header)) return 'the authorization in --header was not accepted'
  if (saysCaller(headers)) return 'the authorization in its headers was not accepted'
  return `it asks for a token; ${how}`
}

const saysCaller = (headers: Readonly<Record<string, unknown>> = {}): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
