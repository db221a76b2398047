import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** No address of any machine, and what no router passes on: there clouds tell a machine its own secrets (RFC 3927). */
const ofOneMachine = new BlockList()
ofOneMachine.addSubnet('0.0.0.0', 8, 'ipv4')
ofOneMachine.addSubnet('169.254.0.0', 16, 'ipv4')
ofOneMachine.addAddress('::', 'ipv6')
ofOneMachine.addAddress('fd00:ec2::254', 'ipv6')
ofOneMachine.addSubnet('fe80::', 10, 'ipv6')

/** The host of a URL without brackets and without the dot that ends a full name. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

/** Whether a list holds a host that is an address. */
export const holds = (list: BlockList, host: string): boolean =>
  isIP(host) !== 0 && list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')

/** Whether a request to this host does not leave this machine (RFC 6761, 6.3). */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url)
  return /(^|\.)localhost$/.test(host) || holds(loopback, host)
}

/** Whether a host is something else from every machine, so that no other machine has reason to name it to this one. */
export const isNear = (url: URL): boolean => isLoopback(url) || holds(ofOneMachine, hostOf(url))
