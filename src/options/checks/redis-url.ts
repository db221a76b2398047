/** Where a Redis is, and what it is: one server, one that sentinels know, or a cluster. */
export interface RedisAddress {
  readonly kind: 'one' | 'sentinel' | 'cluster'
  readonly tls: boolean
  /** The sentinels, or nodes of the cluster; those of one server stand in its URL alone. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** What sentinels call the server. */
  readonly name?: string | undefined
}

const several =
  /^redis(?<tls>s?)\+(?<kind>sentinel|cluster):\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^@/?#]+)(?:\/(?<name>[\w.-]+)?)?$/

const usualPorts = { sentinel: 26379, cluster: 6379 } as const

/**
 * Reads `redis://`, `rediss://`, `redis+sentinel://host,host/name` or `redis+cluster://host,host`.
 * @returns nothing for what is none of these.
 */
export function readRedisUrl(value: string): RedisAddress | undefined {
  const found = several.exec(value)?.groups
  if (!found) return readOne(value)
  const { tls, kind, user, password, hosts = '', name } = found
  if (kind !== 'sentinel' && kind !== 'cluster') return undefined
  const read = hosts.split(',').map((host) => readHost(host, usualPorts[kind]))
  // Sentinels know their servers by name, and a cluster has none.
  if (read.includes(undefined) || (kind === 'sentinel') !== (name !== undefined)) return undefined
  try {
    return {
      kind,
      tls: tls === 's',
      hosts: read.filter((host) => host !== undefined),
      user: user ? decodeURIComponent(user) : undefined,
      password: password ? decodeURIComponent(password) : undefined,
      name,
    }
  } catch {
    return undefined
  }
}

function readOne(value: string): RedisAddress | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') return undefined
  return { kind: 'one', tls: url.protocol === 'rediss:', hosts: [] }
}

function readHost(text: string, usual: number): { host: string; port: number } | undefined {
  const [, v6, name, port = String(usual)] =
    /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = v6 ?? name
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) }
}

/** Such a URL without what stands before its hosts and behind its path. */
export const bareRedisUrl = (value: string): string =>
  value
    .replace(/\/\/.*@/, '//')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '')

/** Such a URL with its password made unreadable, however it is written. */
export const maskedRedisUrl = (value: string): string => value.replace(/^([\w+]+:\/\/[^:@/]*):.*@/, '$1:***@')
