import cluster from 'node:cluster'
import { outputFor, type Settings } from '../../options/settings.ts'
import { workersMeant } from '../../options/worker-options.ts'
import { anyPort } from '../../process/free-port.ts'
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
  const port = settings.port.value === 0 ? await portAt(settings.host.value) : undefined
  return new Primary({ count, port, timeout: workerTimeout.value, log }).run()
}

/** @returns nothing where the address is not usable, of which the first that serves has more to say. */
const portAt = (host: string): Promise<number | undefined> =>
  anyPort(host.replace(/^\[|\]$/g, '')).catch(() => undefined)
