import { WebUrl } from '../web/web-url.ts'

/** What a request is for, in the one form that routes, hooks and handlers all see. */
export interface RequestTarget {
  /** The path without query and trailing slash, by which a request is routed. */
  readonly path: string
  /** Path and query, as they stand in `request.url` from here on. */
  readonly url: string
}

/** Targets that are in their normal form already, which nearly all are. */
const plain = /^(?:\/[\w~-][\w~.-]*)+(?:\?[\x21\x24-\x7e]*)?$/

/**
 * Reads the target of a request line once, before anything decides by it (RFC 9112, 3.2). Dot segments are resolved,
 * slashes in front folded into one, needless escapes decoded (RFC 3986, 6.2.2), bytes beyond ASCII escaped.
 * @param host the Host header, which the host of an absolute form must be the same as.
 * @returns nothing for what is no path of this server, or hides dot segments behind escaped slashes.
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

/** A path in its normal form; nothing for one that means another path to whoever decodes it once more. */
export function normalPath(path: string): string | undefined {
  // After a host, because two slashes in front would be taken for one.
  const { pathname } = new WebUrl(`http://localhost${escaped(path)}`)
  const normal = pathname.replace(/%[0-9a-f]{2}/gi, decodeUnreserved).replace(/^\/{2,}/, '/')
  return normal.split('/').some(hidesDots) ? undefined : normal
}

/** Whether a value can stand in a Host header: nothing in it may end the host within a URL. */
export const isAuthority = (host: string): boolean =>
  /^(?:[\w.~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i.test(host)

/** Without its port, which a proxy may leave out. */
const nameOf = (host = '') => host.toLowerCase().replace(/:\d*$/, '')

/** Node hands on the bytes of a request line as Latin-1. */
const escaped = (text: string) =>
  text.replace(/[^\x21-\x7e]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

function decodeUnreserved(escaping: string): string {
  const character = String.fromCharCode(Number.parseInt(escaping.slice(1), 16))
  return /[\w.~-]/.test(character) ? character : escaping.toUpperCase()
}

const hidesDots = (segment: string) =>
  /%2f|%5c/i.test(segment) && segment.split(/%2f|%5c/i).some((part) => part === '.' || part === '..')
