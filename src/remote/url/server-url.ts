import { shown } from '../../options/option.ts'
import { usageError } from '../../terminal/errors.ts'

/**
 * The URL of a server.
 * @throws CliError (exit 2) for an invalid one, or another scheme.
 */
export function httpUrl(text: string): URL {
  if (!URL.canParse(text)) throw usageError(`${shown(text)} is not a URL`)
  const url = new URL(text)
  if (url.protocol === 'http:' || url.protocol === 'https:') return url
  throw usageError(`${shown(text)} has an unsupported scheme: use http or https`)
}

/**
 * Refuses a URL with credentials: fetch does not accept it, and URLs are shown in messages.
 * @throws CliError (exit 2), without quoting the credentials.
 */
export function refuseCaller(url: URL): URL {
  if (url.username === '' && url.password === '') return url
  throw usageError(`the URL of ${url.host} has a user name or a password: give them as a header instead`)
}

/** A URL for logs and errors; the query is shortened, since it may contain a key. */
export function shownUrl({ origin, pathname, searchParams }: URL): string {
  const names = [...new Set(searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`)
  return `${origin}${pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`
}
