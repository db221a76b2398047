import cluster from 'node:cluster'
import { type AddressInfo, createServer } from 'node:net'
import { outputFor, type Settings } from '../../options/settings.ts'
import { workersMeant } from '../../options/worker-options.ts'
import { usageError } from '../../terminal/errors.ts'
import { Primary } from './primary.ts'

/**
 * Serves with several processes on one address, of which this one is none: it starts them, keeps what they share, and
 * replaces those that end.
 * @returns the exit code.
 * @throws CliError (exit 2) in a process that is one of several of somebody else's.
 */
export async function serveWithWorkers(settings: Settings): Promise<number> {
  if (cluster.isWorker) {
    throw usageError(
      '--workers has no effect in a worker of another program. Leave it out, or start fastmcp by itself.',
    )
  }
  const { workers, workerTimeout } = settings
  const count = workersMeant(workers.value ?? 1)
  const { log } = outputFor(settings)
  // Any free port would be another one for each that comes later.
  const port = settings.port.value === 0 ? await anyPort(settings.host.value) : undefined
  return new Primary({ count, port, timeout: workerTimeout.value, log }).run()
}

/** @returns nothing where the address is not usable, of which the first that serves has more to say. */
function anyPort(host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(0, host.replace(/^\[|\]$/g, ''), () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
