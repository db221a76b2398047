import type { GivenFor } from '../options/command-line.ts'
import type { Settings } from '../options/settings.ts'
import type { ProcessOwner } from '../serve/process-owner.ts'
import { usageError } from '../terminal/errors.ts'
import type { WorkerLink } from './workers/worker-link.ts'

/**
 * The worker role of this process, if the primary has started it as one of several.
 * @param given the options of its command line, to which the shared port is added.
 */
export async function workerOf(
  env: NodeJS.ProcessEnv,
  given: GivenFor<'port'>,
): Promise<WorkerLink | undefined> {
  if (env.FASTMCP_WORKER === undefined) return undefined
  const worker = (await import('./workers/worker-link.ts')).WorkerLink.of(env)
  if (worker?.welcome.port) given.port = { value: worker.welcome.port, from: '--port' }
  return worker
}

/** Whether this process should start workers. */
export const wantsWorkers = ({ workers, transport }: Settings): boolean =>
  workers.value !== undefined && transport.value !== 'stdio'

/**
 * @throws CliError (exit 2) when it turns out only after loading that the server uses HTTP, too late to start workers.
 */
export function checkWorkers(settings: Settings, worker: WorkerLink | undefined): void {
  if (worker) worker.sessions = settings.sessions.value
  else if (wantsWorkers(settings))
    throw usageError('--workers needs the transport on the command line, too: add -t http')
}

/**
 * Called when this process is ready to serve clients.
 * @param announce prints that; with several workers, only the first one does.
 */
export function beginServing(
  worker: WorkerLink | undefined,
  url: string | undefined,
  owner: ProcessOwner,
  announce: () => void,
): void {
  worker?.serving(url, owner)
  if (worker?.welcome.first !== false) announce()
}
