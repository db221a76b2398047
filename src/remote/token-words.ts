/** Where the token that a server at a URL is sent may come from. */
export interface TokenOrigins {
  /** The variable that a command line names. */
  readonly bearerEnv?: string | undefined
  /** The headers of a command line. */
  readonly header?: Readonly<Record<string, string>>
  /** The headers that a file or code gives. */
  readonly headers?: Readonly<Record<string, unknown>>
}

/**
 * What a 401 means: that the token which was sent was not accepted, or that none was.
 * @param how a token is given where the reader is.
 */
export function tokenWords({ bearerEnv, header, headers }: TokenOrigins, how: string): string {
  if (bearerEnv !== undefined) return `the token in ${bearerEnv} (--bearer-env) was not accepted`
  if (saysCaller(header)) return 'the authorization in --header was not accepted'
  if (saysCaller(headers)) return 'the authorization in its headers was not accepted'
  return `it asks for a token; ${how}`
}

const saysCaller = (headers: Readonly<Record<string, unknown>> = {}): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
