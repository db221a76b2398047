import cluster from 'node:cluster'
import { outputFor, type Settings } from '../../options/settings.ts'
import { workersMeant } from '../../options/worker-options.ts'
import { anyPort } from '../../process/free-port.ts'
import { usageError } from '../../terminal/errors.ts'
import { Primary } from './primary.ts'

/**
 * Serves with several workers on one address. This process does not serve itself: it is the primary, which starts the
 * workers, holds their shared state, and replaces those that exit.
 * @returns the exit code.
 * @throws CliError (exit 2) in a process that is a cluster worker of another program.
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
  // With port 0, each worker would get a different port.
  const port = settings.port.value === 0 ? await portAt(settings.host.value) : undefined
  return new Primary({ count, port, timeout: workerTimeout.value, log }).run()
}

/** @returns undefined if the address is not usable, which the first worker will report. */
const portAt = (host: string): Promise<number | undefined> =>
  anyPort(host.replace(/^\[|\]$/g, '')).catch(() => undefined)
