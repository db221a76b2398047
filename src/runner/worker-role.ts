import type { GivenFor } from '../options/command-line.ts'
import type { Settings } from '../options/settings.ts'
import type { ProcessOwner } from '../serve/process-owner.ts'
import { usageError } from '../terminal/errors.ts'
import type { WorkerLink } from './workers/worker-link.ts'

/**
 * What a process has that is one of several, which it is told by the one that has started it.
 * @param given the options of its command line, to which the port is added that all of them serve.
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

/** Whether a process that is none of several is to start them. */
export const wantsWorkers = ({ workers, transport }: Settings): boolean =>
  workers.value !== undefined && transport.value !== 'stdio'

/** @throws CliError (exit 2) when it is only now known that this is served over HTTP. */
export function checkWorkers(settings: Settings, worker: WorkerLink | undefined): void {
  if (worker) worker.sessions = settings.sessions.value
  else if (wantsWorkers(settings))
    throw usageError('--workers needs the transport on the command line, too: add -t http')
}

/**
 * This process serves, and its clients may come.
 * @param announce says so to people, for one of several alone.
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
