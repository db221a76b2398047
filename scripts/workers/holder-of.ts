// Which process has the other end of a connection, as Linux tells it.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * @param clientPort the port of this side, of a connection within this machine.
 * @throws where no process has it.
 */
export function holderOf(clientPort: number): number {
  const socket = `socket:[${inodeOf(clientPort)}]`
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    if (linksOf(`/proc/${pid}/fd`).includes(socket)) return Number(pid)
  throw new Error(`no process has the other end of port ${clientPort}`)
}

/** The number of the socket whose remote port this is. */
function inodeOf(remotePort: number): string {
  const hex = remotePort.toString(16).toUpperCase().padStart(4, '0')
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  for (const fields of lines.map((line) => line.trim().split(/\s+/)))
    if (fields[2]?.endsWith(`:${hex}`)) return fields[9] ?? ''
  throw new Error(`there is no connection from port ${remotePort}`)
}

/** Processes come and go while they are looked at. */
function linksOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`))
  } catch {
    return []
  }
}
