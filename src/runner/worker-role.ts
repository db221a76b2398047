import type { Settings } from '../options/settings.ts'
import { usageError } from '../terminal/errors.ts'
import type { WorkerLink } from './workers/worker-link.ts'

/** What a process has that is one of several, which it is told by the one that has started it. */
export const workerOf = async (env: NodeJS.ProcessEnv): Promise<WorkerLink | undefined> =>
  env.FASTMCP_WORKER === undefined ? undefined : (await import('./workers/worker-link.ts')).WorkerLink.of(env)

/** Whether a process that is none of several is to start them. */
export const wantsWorkers = ({ workers, transport }: Settings): boolean =>
  workers.value !== undefined && transport.value !== 'stdio'

/** @throws CliError (exit 2) when it is only now known that this is served over HTTP. */
export function checkWorkers(settings: Settings, worker: WorkerLink | undefined): void {
  if (worker) worker.sessions = settings.sessions.value
  else if (wantsWorkers(settings))
    throw usageError('--workers needs the transport on the command line, too: add -t http')
}
