import { once } from 'node:events'
import { type AddressInfo, createServer, Server } from 'node:net'
import { CliError, exitCodes } from '../terminal/errors.ts'

/** Maximum ports that are tried after the preferred one. */
export const portFallbackLimit = 20

/**
 * A free port for another program: the preferred one, or one of the next.
 * @throws CliError (exit 4) when a port that the user named is in use.
 */
export async function freePort(wanted: number, named: boolean, flag: string): Promise<number> {
  for (let port = wanted; port <= wanted + portFallbackLimit; port++) {
    if (await isFree(port)) return port
    if (named) break
  }
  const next = named ? ` Try ${flag} ${wanted + 1}.` : ''
  throw new CliError(exitCodes.listen, `cannot listen on 127.0.0.1:${wanted}: the port is in use.${next}`)
}

/** Captured before user code runs, so that our check of a port is not captured as a port of user code. */
const { listen } = Server.prototype

/** Whether a port is free. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.once('listening', () => server.close(() => resolve(true)))
    listen.call(server, { port, host: '127.0.0.1' })
  })
}

/** Any free port at this host. */
export async function anyPort(host: string): Promise<number> {
  const server = createServer()
  listen.call(server, { port: 0, host })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
