/** The proxy that requests to a URL go by. */
export interface NamedProxy {
  /** The variable that names it. */
  readonly variable: string
  /** Where it is, without the user and password. */
  readonly url: URL
  /** Who it is told that asks, as `Proxy-Authorization` (RFC 9110, 11.7.2). */
  readonly authorization: string | undefined
}

/** Milliseconds that a proxy may take to open the way to a host. */
export const openLimit = 10_000
