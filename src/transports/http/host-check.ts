import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { setHas } from '../../protocol/builtins.ts'
import { WebUrl } from '../web/web-url.ts'
import { isAuthority } from './request-target.ts'

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a bind address can only be reached from this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)

export interface HostPolicy {
  /** The address the listener is bound to. */
  host: string
  /** Host names that are allowed besides the obvious ones; `*` allows any. */
  allowedHosts: readonly string[]
  /** Origins of web pages that may call, besides local ones; `*` allows any. */
  allowedOrigins: readonly string[]
}

/**
 * Refuses requests that a page of another site makes a browser send (DNS rebinding; 2025-11-25, Streamable HTTP,
 * Security Warning). Names are compared exactly, never by prefix.
 */
export class HostCheck {
  readonly #names: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>
  readonly #anyIp: boolean
  readonly #anyHost: boolean
  /** The last valid header: nearly all requests have the same. */
  #fine: string | undefined

  constructor(policy: HostPolicy) {
    this.#anyHost = policy.allowedHosts.includes('*')
    this.#anyIp = !isLoopback(policy.host)
    const names = [...loopbackNames, ...policy.allowedHosts.map(nameOf)]
    if (this.#anyIp)
      names.push(policy.host.toLowerCase(), hostname().toLowerCase(), `${hostname().toLowerCase()}.local`)
    this.#names = new Set(names)
    this.#origins = new Set(policy.allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')))
  }

  /** The error for the client, or `undefined` if its Host header is valid. */
  hostFault(request: IncomingMessage): string | undefined {
    const header = request.headers.host
    if (header !== undefined && header === this.#fine) return undefined
    const fault = this.#faultOf(header)
    if (fault === undefined) this.#fine = header
    return fault
  }

  #faultOf(header: string | undefined): string | undefined {
    if (header === undefined || header === '') return 'The Host header is missing'
    if (!isAuthority(header)) return 'The Host header is not a host'
    if (this.#anyHost) return undefined
    const name = nameOf(header)
    if (setHas(this.#names, name)) return undefined
    if (this.#anyIp && isIP(name.replace(/^\[|\]$/g, '')) !== 0) return undefined
    return `This host name is not allowed: add --allowed-hosts ${printableName(name)}`
  }

  originFault(request: IncomingMessage): string | undefined {
    const origin = request.headers.origin ?? hiddenOrigin(request)
    if (origin === undefined || this.allowsOrigin(origin)) return undefined
    return `This origin is not allowed: add --allowed-origins ${printableName(origin)}`
  }

  allowsOrigin(origin: string): boolean {
    if (setHas(this.#origins, '*') || setHas(this.#origins, origin.toLowerCase())) return true
    const name = WebUrl.canParse(origin) ? new WebUrl(origin).hostname : ''
    return setHas(loopbackNames, name)
  }
}

/** The host without its port: `Example.com:8000` → `example.com`, `[::1]:8000` → `[::1]`. */
function nameOf(host: string): string {
  const lower = host.trim().toLowerCase()
  return lower.startsWith('[') ? lower.replace(/\]:\d*$/, ']') : lower.replace(/:\d*$/, '')
}

/**
 * Detects cross-site requests without an Origin header: browsers omit it for images, scripts and frames, but send Fetch
 * Metadata. Following a link does not count as a request of the page it is on.
 */
function hiddenOrigin({ headers }: IncomingMessage): string | undefined {
  if (headers['sec-fetch-site'] !== 'cross-site') return undefined
  if (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') return undefined
  const { referer } = headers
  return referer !== undefined && WebUrl.canParse(referer) ? new WebUrl(referer).origin : 'null'
}

/** Sanitises client input for our messages: visible characters only, limited length. */
const printableName = (name: string) => name.replace(/[^\x21-\x7e]/g, '?').slice(0, 255)

/** An address of this machine for other machines, for the startup message. */
export function networkAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return addresses.find((address) => address.family === 'IPv4' && !address.internal)?.address
}
