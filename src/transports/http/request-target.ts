import { WebUrl } from '../web/web-url.ts'

/** The target of a request, in the one normal form that routes, hooks and handlers all see. */
export interface RequestTarget {
  /** The path without query and trailing slash, used for routing. */
  readonly path: string
  /** Path and query, as in `request.url` from here on. */
  readonly url: string
}

/** Matches targets that are already in normal form, as nearly all are. */
const plain = /^(?:\/[\w~-][\w~.-]*)+(?:\?[\x21\x24-\x7e]*)?$/

/**
 * Parses the target of a request line once, before any decision depends on it (RFC 9112, 3.2). Dot segments are
 * resolved, leading slashes collapsed, needless escapes decoded (RFC 3986, 6.2.2), and non-ASCII bytes escaped.
 * @param host the Host header, which must match the host of an absolute-form target.
 * @returns undefined if it is not a path of this server, or hides dot segments behind escaped slashes.
 */
export function requestTarget(raw: string, host: string | undefined): RequestTarget | undefined {
  if (plain.test(raw)) return { path: raw.split('?', 1)[0] ?? raw, url: raw }
  const origin = /^https?:\/\/([^/?#\\]*)/i.exec(raw)
  if (origin && nameOf(origin[1]) !== nameOf(host)) return undefined
  const rest = origin ? raw.slice(origin[0].length) || '/' : raw
  const [, before = '', query = ''] = /^([^?#]*)(\?[^#]*)?/.exec(rest) ?? []
  if (!/^[/\\]/.test(before) && !(origin && before === '')) return undefined
  const path = normalPath(before)
  if (path === undefined) return undefined
  return {
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
    url: path + escaped(query),
  }
}

/** The normal form of a path; undefined for one that becomes a different path when decoded once more. */
export function normalPath(path: string): string | undefined {
  // With a host in front, because two leading slashes would be parsed as one.
  const { pathname } = new WebUrl(`http://localhost${escaped(path)}`)
  const normal = pathname.replace(/%[0-9a-f]{2}/gi, decodeUnreserved).replace(/^\/{2,}/, '/')
  return normal.split('/').some(hidesDots) ? undefined : normal
}

/** Whether a value is valid in a Host header: nothing in it may end the host part of a URL. */
export const isAuthority = (host: string): boolean =>
  /^(?:[\w.~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i.test(host)

/** Without its port, which a proxy may leave out. */
const nameOf = (host = '') => host.toLowerCase().replace(/:\d*$/, '')

/** Node decodes the bytes of a request line as Latin-1. */
const escaped = (text: string) =>
  text.replace(/[^\x21-\x7e]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

function decodeUnreserved(escaping: string): string {
  const character = String.fromCharCode(Number.parseInt(escaping.slice(1), 16))
  return /[\w.~-]/.test(character) ? character : escaping.toUpperCase()
}

const hidesDots = (segment: string) =>
  /%2f|%5c/i.test(segment) && segment.split(/%2f|%5c/i).some((part) => part === '.' || part === '..')
