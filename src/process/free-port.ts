import { createServer } from 'node:net'
import { CliError, exitCodes } from '../terminal/errors.ts'

/** Ports tried after the one that is wanted. */
export const portFallbackLimit = 20

/**
 * A port that another program can be started on: the one wanted, or one of the next.
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

/** Whether a program can listen there. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
