import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Why ports cannot be looked up here; `false` where they can. */
export const noPorts = process.platform !== 'linux' && 'ports are looked up in /proc'

/** The TCP ports that a process and its descendants listen on. */
export function listeningPorts(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const below = children.filter((child) => child !== '').flatMap((child) => listeningPorts(Number(child)))
  const sockets = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`)))
  const own = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(`socket:[${inode}]`))
    .map(([, address = '']) => Number.parseInt(address.split(':')[1] ?? '', 16))
  return [...own, ...below]
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
