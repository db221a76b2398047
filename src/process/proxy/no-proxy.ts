import { BlockList, isIP } from 'node:net'
import { holds, hostOf } from '../near-hosts.ts'

/**
 * Whether a list as in `NO_PROXY` names the host of a URL. Its entries are separated by commas or spaces: a host and all
 * below it, with or without a leading `.` or `*.`; an address; a network such as `10.0.0.0/8`; each with `:port` if it
 * is for one alone; or `*` for all.
 */
export function isExempt(url: URL, list: string): boolean {
  const host = hostOf(url)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .map(entryOf)
    .some((entry) => entry.host === '*' || ((entry.port ?? port) === port && names(entry.host, host)))
}

/** An address of IPv6 has its port behind brackets, or none. */
function entryOf(text: string): { host: string; port: string | undefined } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? []
  return { host: bracketed ?? plain ?? text, port }
}

function names(entry: string, host: string): boolean {
  if (isIP(host) !== 0) return holds(networkOf(entry), host)
  const domain = entry.replace(/^\*?\./, '').replace(/\.$/, '')
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`))
}

/** The addresses that an entry means: none, if it is no address and no network. */
function networkOf(entry: string): BlockList {
  const list = new BlockList()
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  const family = isIP(address)
  const all = family === 4 ? 32 : 128
  const size = bits === undefined ? all : Number(bits)
  if (family !== 0 && size <= all) list.addSubnet(address, size, family === 4 ? 'ipv4' : 'ipv6')
  return list
}
