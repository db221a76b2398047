import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { Command } from '../remote/program/child-upstream.ts'
import type { Log } from '../serve/serve-options.ts'

/** A server whose own `run()` knows stdio alone: served over HTTP all the same, by one of its processes a session. */
export async function sessionPrograms(
  command: Command,
  { maxBody, maxProcesses }: Settings,
  log: Log,
): Promise<ServerSource> {
  log('info', 'its run() opens no port: each session has a process of its own')
  const { programSource } = await import('./program-source.ts')
  return programSource(command, log, { maxBody: maxBody.value, maxProcesses: maxProcesses.value })
}
