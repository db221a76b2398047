import { shown } from '../../options/option.ts'
import { usageError } from '../../terminal/errors.ts'

/**
 * The URL of a server.
 * @throws CliError (exit 2) for what is none, or has another scheme.
 */
export function httpUrl(text: string): URL {
  if (!URL.canParse(text)) throw usageError(`${shown(text)} is not a URL`)
  const url = new URL(text)
  if (url.protocol === 'http:' || url.protocol === 'https:') return url
  throw usageError(`${shown(text)} has an unsupported scheme: use http or https`)
}

/**
 * Refuses the URL of a server that says who asks: no request can be made of it, and it is shown in many places.
 * @throws CliError (exit 2), without what may be a password.
 */
export function refuseCaller(url: URL): URL {
  if (url.username === '' && url.password === '') return url
  throw usageError(`the URL of ${url.host} has a user name or a password: give them as a header instead`)
}

/** Where a server is, in words for logs and errors: what is in its query may be a key. */
export function shownUrl({ origin, pathname, searchParams }: URL): string {
  const names = [...new Set(searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`)
  return `${origin}${pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`
}
