/** The proxy for requests to a URL. */
export interface NamedProxy {
  /** The variable that names it. */
  readonly variable: string
  /** Its URL without user and password. */
  readonly url: URL
  /** The `Proxy-Authorization` header (RFC 9110, 11.7.2). */
  readonly authorization: string | undefined
}

/** Milliseconds that a proxy may take to open a tunnel. */
export const openLimit = 10_000
